"""ML-06: kube-proxy in IPVS mode without strict ARP: every node answers for a load balancer."""

from __future__ import annotations

from tools.lab.faults.fault import Fault, answered, first, victim
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Give every node the victim's address on a card of no wire, as IPVS does: kernels answer."""
    cluster = first(lab)
    address = victim(cluster).address
    for machine in cluster.machines:
        own = [f"{address}/{address.max_prefixlen}", "dev", "lo"]
        machine.change(["ip", "addr", "add", *own], ["ip", "addr", "del", *own])
    answered(lab, str(address), by=len(cluster.machines))


FAULT = Fault(
    id="ML-06",
    title="every node answers for a reserved address (IPVS without strict ARP)",
    reds=frozenset({"ISO-003", "L2-004"}),
    inject=inject,
    source="metallb#153; kubernetes#59976; MetalLB installation, strict ARP",
    cause="L2-004",
)
