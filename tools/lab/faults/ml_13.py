"""ML-13: a Service asks for an address in both ways, which MetalLB refuses altogether."""

from __future__ import annotations

from tools.lab.faults import stranger
from tools.lab.faults.fault import Fault, first, free_address
from tools.lab.lab import Lab
from tools.lab.workloads import PINNED


def inject(lab: Lab) -> None:
    """Create a Service with the annotation and with spec.loadBalancerIP."""
    cluster = first(lab)
    address = free_address(cluster)
    stranger.service(cluster, "test", {PINNED: address}, loadBalancerIP=address)
    stranger.refused(cluster, "test")


FAULT = Fault(
    id="ML-13",
    title="a Service asks for an address by annotation and by spec.loadBalancerIP",
    reds=frozenset({"LB-016"}),
    inject=inject,
    source="MetalLB v0.13.12 controller/service.go",
)
