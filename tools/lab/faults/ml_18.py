"""ML-18: nobody stands behind MetalLB's webhook, and its configuration cannot be changed."""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.faults.fault import Fault, second
from tools.lab.kubeapi import ApiError
from tools.lab.lab import Lab
from tools.lab.waiting import until

_SERVICE = "/api/v1/namespaces/metallb-system/services/webhook-service"
_POOLS = "/apis/metallb.io/v1beta1/namespaces/metallb-system/ipaddresspools"


def inject(lab: Lab) -> None:
    """Give the webhook's Service a selector that selects nothing."""
    cluster = second(lab)
    cluster.api.merge(_SERVICE, {"spec": {"selector": {"component": "controller-typo"}}})
    until("no pool can be written", lambda: _refused(cluster), within=30, every=0.3)


def _refused(cluster: LabCluster) -> bool:
    path = f"{_POOLS}/{cluster.plan.pools[0].name}?dryRun=All"
    try:
        cluster.api.merge(path, {"metadata": {"annotations": {"trueline.lab/tried": "true"}}})
    except ApiError as error:
        return error.status == 500 and "webhook" in str(error)
    return False


FAULT = Fault(
    id="ML-18",
    title="nobody stands behind MetalLB's webhook, and its pools cannot be changed",
    reds=frozenset({"CLU-070"}),
    areas=("clusters", "metallb"),
    inject=inject,
    source="metallb#1540, #1597, #1612, #1697, #2566",
)
