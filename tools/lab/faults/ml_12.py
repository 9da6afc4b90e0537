"""ML-12: a Service asks for its address by an annotation that this version does not read."""

from __future__ import annotations

from tools.lab.faults import stranger
from tools.lab.faults.fault import Fault, first, free_address
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Create a Service that asks with the prefix of a later version."""
    cluster = first(lab)
    asks = {"metallb.io/loadBalancerIPs": free_address(cluster)}
    stranger.service(cluster, "test", asks)


FAULT = Fault(
    id="ML-12",
    title="a Service asks for an address by an annotation that this MetalLB does not read",
    reds=frozenset({"LB-015"}),
    inject=inject,
    source="MetalLB release notes 0.14.9",
)
