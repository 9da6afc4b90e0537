"""ML-31: a pool address that nobody reserved answers."""

from __future__ import annotations

from tools.lab.faults.fault import Fault, answered, first, free_address
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Put a machine outside the plan on the segment, with a free pool address."""
    target = free_address(first(lab))
    lab.attach("squatter", target)
    answered(lab, target, by=1)


FAULT = Fault(
    id="ML-31",
    title="an unreserved pool address is answered by a foreign host",
    reds=frozenset({"L2-006"}),
    inject=inject,
    source="metallb#306",
)
