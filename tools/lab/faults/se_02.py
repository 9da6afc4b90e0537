"""SE-02: a LoadBalancer Service that nobody planned goes around the gateway."""

from __future__ import annotations

from tools.lab.faults.fault import Fault, first, free_address
from tools.lab.lab import Lab
from tools.lab.waiting import until
from tools.lab.workloads import PINNED


def inject(lab: Lab) -> None:
    """Put an unplanned Service on a free address of the pool."""
    cluster = first(lab)
    owner = cluster.plan.reservations[0].owner
    namespace, _, name = owner.partition("/")
    item = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "back-door",
            "namespace": namespace,
            "annotations": {PINNED: free_address(cluster)},
        },
        "spec": {
            "type": "LoadBalancer",
            "selector": {"app": name},
            "ports": [{"name": "http", "port": 80, "targetPort": 8080}],
        },
    }
    cluster.api.create(item)
    path = cluster.api.path(item)
    until(
        "the unplanned Service has an address",
        lambda: bool(cluster.api.get(path)["status"].get("loadBalancer", {}).get("ingress")),
        within=30,
    )


FAULT = Fault(
    id="SE-02",
    title="a LoadBalancer Service outside the plan bypasses the gateway",
    reds=frozenset({"ING-005", "L2-006", "LB-014"}),
    inject=inject,
    source="Kubernetes Service documentation; architecture review E-02",
    cause="LB-014",
)
