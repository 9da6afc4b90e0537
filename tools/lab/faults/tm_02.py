"""TM-02: the clock of a product behind a reserved address is ahead."""

from __future__ import annotations

from tools.lab import clock
from tools.lab.faults import clocks
from tools.lab.faults.fault import Fault, first
from tools.lab.lab import Lab

_PROGRAM = "prometheus"


def inject(lab: Lab) -> None:
    """Let Prometheus of the first cluster read a later time of day."""
    clock.shift(clocks.programs(first(lab), _PROGRAM), clocks.AHEAD)


def undo(lab: Lab) -> None:
    """Give it the real time."""
    clock.shift(clocks.programs(first(lab), _PROGRAM), 0)


FAULT = Fault(
    id="TM-02",
    title="the clock of a product is ahead",
    reds=frozenset({"REACH-010", "TIME-004"}),
    inject=inject,
    undo=undo,
    source="architecture review F-01; prometheus#9867",
    cause="TIME-004",
)
