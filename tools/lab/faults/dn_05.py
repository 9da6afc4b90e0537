"""DN-05: a cluster's DNS does not reach the authority that it forwards to."""

from __future__ import annotations

from tools.lab.faults import names, vaults
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Drop what the DNS pods of the second cluster send to the authority.

    What looks Vault up by name notices when the pods' answers of before are too old.
    """
    address = str(names.zone(lab).authority)
    family = "ip6" if ":" in address else "ip"
    names.drop(names.programs(second(lab)), f"out {family} daddr {address}")
    vaults.unsynced(lab, vaults.struck(lab)[1])


def undo(lab: Lab) -> None:
    """Let it pass again."""
    names.pass_again(names.programs(second(lab)))


FAULT = Fault(
    id="DN-05",
    title="a cluster's DNS does not reach the authority",
    reds=frozenset({"DNS-005", "REACH-022"}),
    unknowns=frozenset({"DNS-005", "DNS-013", "DNS-020", "DNS-021", "DNS-022", "DNS-040"}),
    inject=inject,
    undo=undo,
    source="CoreDNS forward plug-in",
    cause="DNS-005",
)
