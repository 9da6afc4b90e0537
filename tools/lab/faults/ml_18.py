"""ML-18: MetalLB's webhook is called at a Service that nobody stands behind: no pool changes.

A new name of the Service, and not an empty one: the API server keeps connections to the old one.
"""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.faults.fault import Fault, second
from tools.lab.kubeapi import ApiError
from tools.lab.lab import Lab
from tools.lab.waiting import until

_WEBHOOKS = (
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/"
    "metallb-webhook-configuration"
)
_POOLS = "/apis/metallb.io/v1beta1/namespaces/metallb-system/ipaddresspools"


def inject(lab: Lab) -> None:
    """Let every webhook of MetalLB name a Service that there is not."""
    cluster = second(lab)
    webhooks = cluster.api.get(_WEBHOOKS)["webhooks"]
    for webhook in webhooks:
        webhook["clientConfig"]["service"]["name"] += "-typo"
    cluster.api.merge(_WEBHOOKS, {"webhooks": webhooks})
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
    title="MetalLB's webhook is called at a Service that nobody stands behind",
    reds=frozenset({"CLU-070"}),
    inject=inject,
    source="metallb#1540, #1597, #1612, #1697, #2566",
)
