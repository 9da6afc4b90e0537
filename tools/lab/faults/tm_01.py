"""TM-01: the clock of one node is ahead of its cluster's."""

from __future__ import annotations

from datetime import datetime

from tools.lab import clock
from tools.lab.faults import clocks
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab
from tools.lab.waiting import until

_LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


def inject(lab: Lab) -> None:
    """Let the kubelet of the second cluster's last worker read a later time of day."""
    cluster = second(lab)
    machine = cluster.machines[-1]
    clock.shift(clock.programs(machine, "kubelet"), clocks.AHEAD)

    def renewed() -> bool:
        lease = cluster.api.get(f"{_LEASES}/{machine.name}")
        written = max(item["time"] for item in lease["metadata"]["managedFields"])
        apart = datetime.fromisoformat(lease["spec"]["renewTime"]) - datetime.fromisoformat(written)
        return apart.total_seconds() > clocks.AHEAD / 2

    until(f"{machine.name} renews its lease by its own clock", renewed, within=40, every=0.5)


def undo(lab: Lab) -> None:
    """Give it the real time."""
    clock.shift(clock.programs(second(lab).machines[-1], "kubelet"), 0)


FAULT = Fault(
    id="TM-01",
    title="the clock of a node is ahead",
    reds=frozenset({"TIME-003"}),
    areas=clocks.AREAS,
    inject=inject,
    undo=undo,
    source="architecture review F-01; multipass#982",
)
