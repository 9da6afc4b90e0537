"""HO-07: the resolver on the gateway is silent for the nodes of a cluster and their pods."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.faults import firewall, names, vaults
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab
from tools.lab.waiting import until

_DNS = 53


def inject(lab: Lab) -> None:
    """Drop on every node of the second cluster what it forwards to the gateway's resolver.

    What looks Vault up by name notices when the answers of before are too old.
    """
    cluster, authority = second(lab), str(names.zone(lab).authority)
    family = "ip6" if ":" in authority else "ip"
    for machine in cluster.machines:
        firewall.drop(machine, "forward", f"{family} daddr {authority} th dport {_DNS}")

    def silent() -> bool:
        try:
            netns.connect(names.programs(cluster)[0].pid, authority, _DNS, 1).close()
        except OSError:
            return True
        return False

    until(f"{authority} is silent for the DNS pods of {cluster.name}", silent, within=20)
    vaults.unsynced(lab, vaults.struck(lab)[1])


FAULT = Fault(
    id="HO-07",
    title="the resolver of the gateway is out of reach for a cluster",
    reds=frozenset({"DNS-005", "REACH-022"}),
    unknowns=frozenset({"DNS-005", "DNS-013", "DNS-020", "DNS-021", "DNS-022", "DNS-040"}),
    inject=inject,
    source="Multipass troubleshooting",
    cause="DNS-005",
)
