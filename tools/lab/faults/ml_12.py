"""ML-12: a Service asks for its address by an annotation that this version does not read."""

from __future__ import annotations

from tools.lab.faults import planned
from tools.lab.faults.fault import Fault, first, victim
from tools.lab.lab import Lab
from tools.lab.workloads import PINNED


def inject(lab: Lab) -> None:
    """Let a planned Service ask with the prefix of a later version only."""
    cluster = first(lab)
    reservation = victim(cluster)
    asked = {PINNED: None, "metallb.io/loadBalancerIPs": str(reservation.address)}
    planned.asks(cluster, reservation, asked)


FAULT = Fault(
    id="ML-12",
    title="a Service asks for its address by an annotation that this MetalLB does not read",
    reds=frozenset({"LB-015"}),
    inject=inject,
    source="MetalLB release notes 0.14.9",
)
