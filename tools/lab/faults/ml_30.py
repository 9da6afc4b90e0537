"""ML-30: a second load balancer writes over what MetalLB gave, and wins."""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.faults import stranger
from tools.lab.faults.fault import Fault, free_address, second
from tools.lab.lab import Lab
from tools.lab.waiting import until
from tools.lab.workloads import PINNED

_ROLE = "/apis/rbac.authorization.k8s.io/v1/clusterroles/metallb-system:controller"
_STATUS = "services/status"
_OTHER = "192.0.2.77"


def inject(lab: Lab) -> None:
    """Write another address into the status of a Service whose status MetalLB may not write."""
    cluster = second(lab)
    address = free_address(cluster)
    stranger.service(cluster, "test", {PINNED: address})
    stranger.holds(cluster, "test", address)
    rules = cluster.api.get(_ROLE)["rules"]
    left = [rule for rule in rules if rule.get("resources") != [_STATUS]]
    cluster.api.merge(_ROLE, {"rules": left})
    until("MetalLB may not write the status", lambda: not _may_write(cluster), within=15)
    stranger.give(cluster, "test", _OTHER)
    # MetalLB sees it, wants its own address back, and cannot have it.
    stranger.told(cluster, "test", "ClearAssignment")
    stranger.holds(cluster, "test", _OTHER)


def _may_write(cluster: LabCluster) -> bool:
    attributes = {
        "namespace": "default",
        "verb": "update",
        "group": "",
        "resource": "services",
        "subresource": "status",
    }
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "metadata": {},
        "spec": {
            "user": "system:serviceaccount:metallb-system:controller",
            "resourceAttributes": attributes,
        },
    }
    return bool(cluster.api.create(review)["status"]["allowed"])


FAULT = Fault(
    id="ML-30",
    title="a second load balancer writes over what MetalLB gave, and wins",
    reds=frozenset({"ING-005", "LB-017"}),
    cause="LB-017",
    inject=inject,
    source="metallb#342",
)
