"""IS-02: the remote Secret by which a member finds the other is missing."""

from __future__ import annotations

from tools.lab.faults import meshes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Delete the remote Secret in the caller's cluster, and wait until istiod has let go."""
    item = meshes.workload(lab)
    caller, path = meshes.remote_secret(lab, item)
    caller.api.delete(path)
    meshes.forgotten(lab, item)


FAULT = Fault(
    id="IS-02",
    title="the remote Secret of the other cluster is missing",
    reds=frozenset({"MTLS-008", "MTLS-010"}),
    cause="MTLS-010",
    inject=inject,
    source="Istio multicluster troubleshooting; istio#39930",
)
