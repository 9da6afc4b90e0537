"""ML-15: a Service asks for an address and for another pool than the one that holds it."""

from __future__ import annotations

from tools.lab.faults import stranger
from tools.lab.faults.fault import Fault, free_address, second
from tools.lab.lab import Lab
from tools.lab.workloads import PINNED


def inject(lab: Lab) -> None:
    """Create a Service that asks for a free address out of a pool that does not hold it."""
    cluster = second(lab)
    asks = {PINNED: free_address(cluster), stranger.POOL: "elsewhere"}
    stranger.service(cluster, "test", asks)
    stranger.refused(cluster, "test")


FAULT = Fault(
    id="ML-15",
    title="a Service asks for an address and for a pool that does not hold it",
    reds=frozenset({"ING-005", "LB-011"}),
    cause="LB-011",
    inject=inject,
    source="metallb#1916",
)
