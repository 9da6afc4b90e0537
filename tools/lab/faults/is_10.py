"""IS-10: a remote Secret calls the other cluster by the name of the cluster that it is in."""

from __future__ import annotations

from tools.lab.faults import meshes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Give the key in the caller's remote Secret the name of the caller's own cluster."""
    item = meshes.workload(lab)
    caller, path = meshes.remote_secret(lab, item)
    config = caller.api.get(path)["data"][item.cluster]
    caller.api.merge(path, {"data": {item.cluster: None, caller.name: config}})
    meshes.forgotten(lab, item)
    meshes.cut_off(lab, item)


FAULT = Fault(
    id="IS-10",
    title="a remote Secret gives both clusters of the mesh one name",
    reds=frozenset({"MTLS-008", "MTLS-010"}),
    cause="MTLS-010",
    inject=inject,
    source="Istio multicluster troubleshooting (the key of the Secret is the cluster's name)",
)
