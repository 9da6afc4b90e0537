"""ML-06: kube-proxy in IPVS mode without strict ARP: every node answers for a load balancer."""

from __future__ import annotations

from tools.lab.faults.fault import Fault, answered, first, victim
from tools.lab.lab import Lab

_CARD = "kube-ipvs0"


def inject(lab: Lab) -> None:
    """Put the victim's address on a dummy card of every node, as IPVS does; the kernel answers."""
    cluster = first(lab)
    address = victim(cluster).address
    for machine in cluster.machines:
        machine.change(["ip", "link", "add", _CARD, "type", "dummy"], ["ip", "link", "del", _CARD])
        machine.run(["ip", "addr", "add", f"{address}/{address.max_prefixlen}", "dev", _CARD])
    answered(lab, str(address), by=len(cluster.machines))


FAULT = Fault(
    id="ML-06",
    title="every node answers for a reserved address (IPVS without strict ARP)",
    reds=frozenset({"L2-004"}),
    inject=inject,
    source="metallb#153; kubernetes#59976; MetalLB installation, strict ARP",
)
