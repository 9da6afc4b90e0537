"""SC-07: a second Service network is being deleted and cannot go, for a Service still uses it."""

from __future__ import annotations

from ipaddress import ip_network

from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.faults.fault import Fault, second
from tools.lab.kubeapi import ApiError, Object
from tools.lab.lab import Lab
from tools.lab.waiting import until

_NAME = "trueline-fault"
_RANGE = f"/apis/networking.k8s.io/v1/servicecidrs/{_NAME}"
_SERVICE = f"/api/v1/namespaces/default/services/{_NAME}"
_OTHERS = ("198.18.0.0/24", "2001:db8:5c07::/112")  # of networks that are never in use


def inject(lab: Lab) -> None:
    """Add a network to the second cluster, take an address of it, and delete the network."""
    cluster = second(lab)
    version = cluster.plan.services[0].network.version
    other = next(text for text in map(ip_network, _OTHERS) if text.version == version)
    cluster.api.create(
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "ServiceCIDR",
            "metadata": {"name": _NAME},
            "spec": {"cidrs": [str(other)]},
        }
    )
    until("the new Service network is ready", lambda: _ready(cluster) == "True", within=20)
    until("a Service has an address of it", lambda: _served(cluster, str(other[9])), within=20)
    cluster.api.delete(_RANGE)
    until("the Service network cannot be deleted", lambda: _ready(cluster) == "False", within=20)


def undo(lab: Lab) -> None:
    """Give the address back; the network goes then."""
    cluster = second(lab)
    cluster.api.delete(_SERVICE)
    cluster.api.delete(_RANGE)
    until("the Service network is gone", lambda: not _there(cluster), within=60)


def _there(cluster: LabCluster) -> Object:
    """The new Service network as the API has it; nothing where it is gone. Raises ApiError."""
    try:
        found: Object = cluster.api.get(_RANGE)
    except ApiError as error:
        if error.status != 404:
            raise
        return {}
    return found


def _ready(cluster: LabCluster) -> str:
    conditions = _there(cluster).get("status", {}).get("conditions", [])
    return next((item["status"] for item in conditions if item["type"] == "Ready"), "")


def _served(cluster: LabCluster, address: str) -> bool:
    """Whether the API lets a Service have that address: it learns of a network a little later."""
    try:
        cluster.api.create(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": _NAME, "namespace": "default"},
                "spec": {"clusterIP": address, "ports": [{"port": 80}]},
            }
        )
    except ApiError as error:
        if error.status not in (400, 422, 500):
            raise LabError(f"no Service gets {address}: {error}") from error
        return False
    return True


FAULT = Fault(
    id="SC-07",
    title="a Service network that nobody planned cannot be deleted, for it is in use",
    reds=frozenset({"CLU-030"}),
    inject=inject,
    undo=undo,
    source="KEP-1880",
)
