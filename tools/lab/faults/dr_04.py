"""DR-04: a quota leaves no room for the pod that would replace the controller."""

from __future__ import annotations

from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab
from tools.lab.waiting import until

_SPACE = "/api/v1/namespaces/metallb-system"
_NAME = "no-more-pods"


def inject(lab: Lab) -> None:
    """Allow no further pods in the namespace of MetalLB of the second cluster."""
    api = second(lab).api
    metadata = {"name": _NAME, "namespace": "metallb-system"}
    quota = {"apiVersion": "v1", "kind": "ResourceQuota", "metadata": metadata}
    api.create(quota | {"spec": {"hard": {"pods": "0"}}})
    path = f"{_SPACE}/resourcequotas/{_NAME}"
    until(
        "the quota counts",
        lambda: api.get(path).get("status", {}).get("hard") is not None,
        within=30,
    )


def undo(lab: Lab) -> None:
    """Lift the quota, and make anew what waits longer with every refusal."""
    api = second(lab).api
    api.delete(f"{_SPACE}/resourcequotas/{_NAME}")
    api.delete("/apis/apps/v1/namespaces/metallb-system/replicasets")


FAULT = Fault(
    id="DR-04",
    title="a quota keeps a controller that was lost from coming back",
    reds=frozenset({"DRILL-007"}),
    drills="controller",
    inject=inject,
    undo=undo,
    source="Kubernetes, Resource Quotas",
)
