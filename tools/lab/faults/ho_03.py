"""HO-03: the clock of a cluster's API servers is ahead, as the others' after they have slept."""

from __future__ import annotations

from tools.lab import clock
from tools.lab.faults import clocks
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Let the API servers of the second cluster read a later time of day."""
    cluster = second(lab)
    clock.shift(clocks.programs(cluster, "kube-apiserver"), clocks.AHEAD)
    clocks.leases_show(cluster, {m.name: -clocks.AHEAD for m in cluster.machines})


def undo(lab: Lab) -> None:
    """Give them the real time."""
    cluster = second(lab)
    clock.shift(clocks.programs(cluster, "kube-apiserver"), 0)
    clocks.leases_show(cluster, {})


FAULT = Fault(
    id="HO-03",
    title="the clock of a cluster's API servers is ahead",
    reds=frozenset({"TIME-001", "TIME-002"}),
    cause="TIME-001",
    inject=inject,
    undo=undo,
    source="multipass#982, #2430; incus-spawn#204",
)
