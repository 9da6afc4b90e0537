"""PN-02: the Service network of a cluster is routed to from outside."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.faults.fault import Fault, first
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Give the runner a route to the Service network, over the first control plane."""
    cluster = first(lab)
    for cidr in cluster.plan.services:
        netns.run(
            lab.runner, "ip", "route", "add", str(cidr.network), "via", cluster.first.spec.address
        )


def undo(lab: Lab) -> None:
    """Take the route away."""
    for cidr in first(lab).plan.services:
        netns.run(lab.runner, "ip", "route", "del", str(cidr.network))


FAULT = Fault(
    id="PN-02",
    title="ClusterIPs are reachable from outside over a route to a node",
    reds=frozenset({"ISO-002"}),
    inject=inject,
    undo=undo,
    source="architecture review, section 2: host routes to ClusterIPs",
)
