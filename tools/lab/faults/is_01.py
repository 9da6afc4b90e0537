"""IS-01: the members of the mesh have different roots."""

from __future__ import annotations

from tools.lab.faults import mesh_roots
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Give the workload's cluster a root of its own."""
    mesh_roots.replace(lab, "other-root")


FAULT = Fault(
    id="IS-01",
    title="the members of the mesh have different roots",
    reds=frozenset({"MTLS-003", "MTLS-008"}),
    cause="MTLS-003",
    inject=inject,
    undo=mesh_roots.restore,
    source="istio#32501, #52356, #40891",
)
