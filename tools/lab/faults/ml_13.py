"""ML-13: a Service asks for its address in both ways, and MetalLB then handles it no longer."""

from __future__ import annotations

from tools.lab.faults import planned
from tools.lab.faults.fault import Fault, first, victim
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Let a planned Service ask by spec.loadBalancerIP as well as by its annotation."""
    cluster = first(lab)
    reservation = victim(cluster)
    planned.asks(cluster, reservation, {}, loadBalancerIP=str(reservation.address))


FAULT = Fault(
    id="ML-13",
    title="a Service asks for its address by annotation and by spec.loadBalancerIP",
    reds=frozenset({"LB-016"}),
    inject=inject,
    source="MetalLB v0.13.12 controller/service.go",
)
