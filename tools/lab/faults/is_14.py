"""IS-14: a member's root was made again under its old name, with another key."""

from __future__ import annotations

from tools.lab.faults import mesh_roots
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import mesh_pki


def inject(lab: Lab) -> None:
    """Give the workload's cluster a root that has the name of the common one."""
    mesh_roots.replace(lab, mesh_pki.ROOT)


FAULT = Fault(
    id="IS-14",
    title="a member's root was made again under the same name with another key",
    reds=frozenset({"MTLS-003", "MTLS-008"}),
    cause="MTLS-003",
    inject=inject,
    undo=mesh_roots.restore,
    source="istio#39987",
)
