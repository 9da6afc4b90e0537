"""TM-01: the clock of one node is ahead of its cluster's."""

from __future__ import annotations

from tools.lab import clock
from tools.lab.faults import clocks
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Let the kubelet of the second cluster's last worker read a later time of day."""
    cluster = second(lab)
    machine = cluster.machines[-1]
    clock.shift(clock.programs(machine, "kubelet"), clocks.AHEAD)
    clocks.leases_show(cluster, {machine.name: clocks.AHEAD})


def undo(lab: Lab) -> None:
    """Give it the real time."""
    cluster = second(lab)
    clock.shift(clock.programs(cluster.machines[-1], "kubelet"), 0)
    clocks.leases_show(cluster, {})


FAULT = Fault(
    id="TM-01",
    title="the clock of a node is ahead",
    reds=frozenset({"TIME-003"}),
    inject=inject,
    undo=undo,
    source="architecture review F-01; multipass#982",
)
