"""IS-04: nothing says in which network a workload is, so callers try its pod directly."""

from __future__ import annotations

from tools.lab.faults import meshes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products.istio_objects import NETWORK


def inject(lab: Lab) -> None:
    """Take the network's label from the workload's pods and from the mesh's namespace there."""
    item = meshes.workload(lab)
    api = meshes.cluster_of(lab, item).api
    missing = {"metadata": {"labels": {NETWORK: None}}}
    pods = meshes.pods(item)
    for pod in api.get(pods)["items"]:
        name = pod["metadata"]["name"]
        api.merge(f"{pods.partition('?')[0]}/{name}", missing)
    api.merge(f"/api/v1/namespaces/{meshes.SYSTEM}", missing)
    meshes.cut_off(lab, item)


def undo(lab: Lab) -> None:
    """Replace the pods: the sidecar's injector labels new ones."""
    item = meshes.workload(lab)
    meshes.cluster_of(lab, item).api.delete(meshes.pods(item), grace=1)


FAULT = Fault(
    id="IS-04",
    title="the network of a workload is not labelled, and callers try its pod directly",
    reds=frozenset({"MTLS-008"}),
    inject=inject,
    undo=undo,
    source="Istio multicluster troubleshooting; Istio multi-primary on different networks",
)
