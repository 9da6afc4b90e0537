"""PN-01: a route leads from the pod network of one cluster into that of another."""

from __future__ import annotations

from tools.lab.faults.fault import Fault, first, second
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Give every node of the first cluster a route to the other's pods, over one of its nodes."""
    here, there = first(lab), second(lab)
    by = there.machines[-1].spec.address
    for machine in here.machines:
        for cidr in there.plan.pods:
            pods = str(cidr.network)
            machine.change(["ip", "route", "add", pods, "via", by], ["ip", "route", "del", pods])


FAULT = Fault(
    id="PN-01",
    title="the pod network of one cluster is routed into another",
    reds=frozenset({"ISO-001", "REACH-002"}),
    inject=inject,
    source="architecture review B-04, flow N1",
    cause="ISO-001",
)
