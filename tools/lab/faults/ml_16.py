"""ML-16: one address is given to two Services that never agreed to share it."""

from __future__ import annotations

from tools.lab.faults import stranger
from tools.lab.faults.fault import Fault, free_address, second
from tools.lab.lab import Lab
from tools.lab.workloads import PINNED


def inject(lab: Lab) -> None:
    """Give a Service the address that another holds, as a controller without memory would.

    MetalLB would take it back at once, so the second is of a class that MetalLB leaves alone. The
    ports differ: what kube-proxy does with one port twice is no part of this fault.
    """
    cluster = second(lab)
    address = free_address(cluster)
    stranger.service(cluster, "test", {PINNED: address})
    stranger.holds(cluster, "test", address)
    other = {"loadBalancerClass": "trueline.lab/forgetful", "ports": [{"name": "more", "port": 81}]}
    stranger.service(cluster, "test-2", {}, **other)
    stranger.give(cluster, "test-2", address)
    stranger.holds(cluster, "test-2", address)


FAULT = Fault(
    id="ML-16",
    title="one address is given to two Services that never agreed to share it",
    reds=frozenset({"ING-005", "LB-014", "LB-020"}),
    cause="LB-020",
    inject=inject,
    source="metallb#2479, #1984",
)
