"""ML-17: MetalLB rejects its configuration and goes on with the old one: edits have no effect."""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.faults import stranger
from tools.lab.faults.fault import Fault, second
from tools.lab.kubeapi import ApiError
from tools.lab.lab import Lab
from tools.lab.waiting import until
from tools.lab.workloads import PINNED

_WEBHOOKS = (
    "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/"
    "metallb-webhook-configuration"
)
_PODS = "/api/v1/namespaces/metallb-system/pods"
_STALE = b"metallb_k8s_client_config_stale_bool 1"
_NEW = "198.51.100.1"


def inject(lab: Lab) -> None:
    """Past its webhook, create a pool that overlaps another; then ask for an address of it."""
    cluster = second(lab)
    cluster.api.delete(_WEBHOOKS)
    planned = cluster.plan.pools[0]
    pool = {
        "apiVersion": "metallb.io/v1beta1",
        "kind": "IPAddressPool",
        "metadata": {"name": "more", "namespace": "metallb-system"},
        "spec": {"addresses": [f"{planned.ranges[0].first}/32", f"{_NEW}/32"], "autoAssign": False},
    }

    def created() -> bool:
        try:
            cluster.api.create(pool)
        except ApiError as error:
            if error.status == 403:  # the API server has not heard yet that the webhook is gone
                return False
            raise
        return True

    until("the overlapping pool is there", created, within=15)
    until("MetalLB says that its configuration is stale", lambda: _stale(cluster), within=30)
    stranger.service(cluster, "test", {PINNED: _NEW})
    stranger.refused(cluster, "test")


def _stale(cluster: LabCluster) -> bool:
    pods = cluster.api.get(f"{_PODS}?labelSelector=component%3Dcontroller")["items"]
    for name in (pod["metadata"]["name"] for pod in pods):
        _, text = cluster.api.raw("GET", f"{_PODS}/{name}:7472/proxy/metrics", accept="*/*")
        if _STALE in text.splitlines():
            return True
    return False


FAULT = Fault(
    id="ML-17",
    title="MetalLB rejects its configuration and goes on with the old one",
    reds=frozenset({"ING-005", "LB-005", "LB-011"}),
    cause="LB-005",
    inject=inject,
    source="MetalLB troubleshooting; MetalLB metrics documentation",
)
