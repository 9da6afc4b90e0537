"""SC-01: both clusters run the same Service network, though the flags read differently."""

from __future__ import annotations

from tools.lab import controlplane, renewal
from tools.lab.cluster import LabCluster
from tools.lab.faults.fault import Fault, first, second
from tools.lab.kubeapi import ApiError
from tools.lab.lab import Lab
from tools.lab.products import external_secrets
from tools.lab.waiting import until

_PATH = "/apis/networking.k8s.io/v1/servicecidrs/kubernetes"
_PREFIX = 12


def inject(lab: Lab) -> None:
    """Restart the second cluster's API with a /12 that, masked, holds the first one's network.

    The API server keeps the default ServiceCIDR object it once made, so that is removed; the
    server makes it again from its flag.
    """
    cluster = second(lab)
    address = cluster.plan.services[0].network.network_address
    literal = f"{address}/{_PREFIX}"
    _serve(cluster, f"--service-cluster-ip-range={literal}")
    theirs = first(lab).plan.services[0].network
    until(
        "the API shows the masked network",
        lambda: any(cidr != str(cluster.plan.services[0].network) for cidr in _cidrs(cluster)),
        within=30,
        fix=f"{literal} must hold {theirs} after masking",
    )
    external_secrets.synced_again(lab, cluster)


def undo(lab: Lab) -> None:
    """Serve the planned network again, and start anew what watches the API."""
    cluster = second(lab)
    _serve(cluster)
    planned = str(cluster.plan.services[0].network)
    until("the API shows the planned network", lambda: planned in _cidrs(cluster), within=30)
    renewal.renew(cluster)


def _serve(cluster: LabCluster, *extra: str) -> None:
    controlplane.restart_apis(cluster, *extra)
    # A finalizer keeps the object while addresses of it are in use; they stay valid in the new one.
    cluster.api.delete(_PATH)
    try:
        cluster.api.merge(_PATH, {"metadata": {"finalizers": []}})
    except ApiError as error:
        if error.status != 404:
            raise


def _cidrs(cluster: LabCluster) -> list[str]:
    try:
        found: list[str] = cluster.api.get(_PATH)["spec"]["cidrs"]
    except ApiError:
        return []
    return found


FAULT = Fault(
    id="SC-01",
    title="both clusters run the same Service network",
    reds=frozenset({"CLU-030", "CLU-031"}),
    cause="CLU-030",
    inject=inject,
    undo=undo,
    source="kubernetes#76864; Submariner documentation",
)
