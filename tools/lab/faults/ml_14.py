"""ML-14: a Service asks for an address that no pool holds."""

from __future__ import annotations

from tools.lab.faults import stranger
from tools.lab.faults.fault import Fault, first, unpooled
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Create a Service that asks for the address after the last one of every pool."""
    cluster = first(lab)
    stranger.start(cluster, "test", unpooled(lab), holds=False)
    stranger.refused(cluster, "test")


FAULT = Fault(
    id="ML-14",
    title="a Service asks for an address that is in no pool",
    reds=frozenset({"ING-005", "LB-011"}),
    inject=inject,
    source="MetalLB usage, requesting specific IPs; v0.13.12 internal/allocator",
    cause="LB-011",
)
