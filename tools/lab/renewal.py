"""Start anew what watches an API that was away: it asks again only after a long pause.

A client of the API that gets no answer asks again after longer and longer pauses, half a minute at
last (client-go's reflector), and each kind that it watches has pauses of its own. Until then it
acts by what it knew: a speaker went on answering for an address that its Service had lost.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.machine import Machine
from tools.lab.waiting import until

_DAEMONS = ("kube-scheduler", "kube-controller-manager", "kube-proxy", "kubelet")
# What decides about names and the wire; a cluster may lack any of them.
_PATHS = (
    "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-dns",
    "/api/v1/namespaces/kube-system/pods?labelSelector=k8s-app%3Dkube-router",
    "/api/v1/namespaces/metallb-system/pods?labelSelector=app%3Dmetallb",
)
_READY_WITHIN = 90.0


def renew(cluster: LabCluster) -> None:
    """Start the daemons and pods anew, and wait until new pods are ready. Raises TimedOut."""
    with ThreadPoolExecutor(len(cluster.machines)) as pool:
        list(pool.map(_daemons, cluster.machines))
    old = {path: {pod["metadata"]["uid"] for pod in _pods(cluster, path)} for path in _PATHS}
    for path in _PATHS:
        cluster.api.delete(path, grace=1)
    for path, uids in old.items():

        def ready(path: str = path, uids: set[str] = uids) -> bool:
            return renewed(_pods(cluster, path), uids)

        until(f"{cluster.name}: new pods of {path} are ready", ready, within=_READY_WITHIN)


def _pods(cluster: LabCluster, path: str) -> list[Object]:
    found: list[Object] = cluster.api.get(path)["items"]
    return found


def _daemons(machine: Machine) -> None:
    for name in _DAEMONS:
        if name in machine.record.services:
            machine.service_restart(name, grace=1)


def renewed(pods: list[Object], old: set[str]) -> bool:
    """Whether pods have all replaced those of these uids, one for each, and are ready."""
    uids = {pod["metadata"]["uid"] for pod in pods}
    return uids.isdisjoint(old) and len(uids) >= len(old) and all(map(_ready, pods))


def _ready(pod: Object) -> bool:
    return any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in pod["status"].get("conditions", [])
    )
