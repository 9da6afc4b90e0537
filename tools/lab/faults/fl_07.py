"""FL-07: Flannel still tells the address that a node had before it moved."""

from __future__ import annotations

from tools.lab.faults import overlay
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Let the last node of the second cluster tell an address of the segment that nobody has."""
    cluster = second(lab)
    former = lab.topology.segment(cluster.plan.segment).cidr.network[-2]
    overlay.announce(cluster, {cluster.machines[-1].name: str(former)})


def undo(lab: Lab) -> None:
    """Let it tell its own."""
    overlay.retract(second(lab))


FAULT = Fault(
    id="FL-07",
    title="Flannel tells the former address of a node",
    reds=frozenset({"CLU-040"}),
    inject=inject,
    undo=undo,
    source="flannel documentation (leases are tied to the address)",
)
