"""DN-12: DNS pods answer over UDP and not over TCP."""

from __future__ import annotations

from tools.lab.faults import names
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Drop TCP to port 53 at the DNS pods of the second cluster."""
    names.drop(names.programs(second(lab)), "in tcp dport 53")


def undo(lab: Lab) -> None:
    """Let it pass again."""
    names.pass_again(names.programs(second(lab)))


FAULT = Fault(
    id="DN-12",
    title="a cluster's DNS takes no TCP",
    reds=frozenset({"DNS-002", "DNS-003"}),
    cause="DNS-002",
    unknowns=frozenset({"CLU-060", "DNS-021"}),
    inject=inject,
    undo=undo,
    source="CoreDNS forward plug-in (prefer_udp, force_tcp); RFC 7766",
)
