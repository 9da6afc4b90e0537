"""AR-01: Argo CD is told an address of the other cluster at which nobody is."""

from __future__ import annotations

import base64

from tools.lab.errors import LabError
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import argocd_plan
from tools.lab.waiting import until

_SERVER = "https://127.0.0.1:6443"
_METRICS = "argocd-metrics:8082"
_CONNECTED = "argocd_cluster_connection_status{"


def inject(lab: Lab) -> None:
    """Let the cluster Secret say localhost, and wait until the Applications know of it."""
    instances = argocd_plan.instances(lab.topology)
    if not instances:
        raise LabError("this fault needs an Argo CD that deploys to another cluster")
    instance = instances[0]
    api = lab.cluster(instance.reservation.cluster).api
    target = instance.targets[0]
    secret = f"/api/v1/namespaces/{instance.namespace}/secrets/cluster-{target}"
    api.merge(secret, {"data": {"server": base64.b64encode(_SERVER.encode()).decode()}})
    for name in instance.applications(target):
        path = f"/apis/argoproj.io/v1alpha1/namespaces/{instance.namespace}/applications/{name}"

        def lost(path: str = path) -> bool:
            api.merge(path, {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}})
            status: str = api.get(path)["status"].get("sync", {}).get("status", "")
            return status != "Synced"

        until(f"Application {name} is in sync no more", lost, within=90, every=2)

    def forgotten() -> bool:
        path = f"/api/v1/namespaces/{instance.namespace}/services/{_METRICS}/proxy/metrics"
        status, text = api.raw("GET", path)
        mine = f'server="{lab.cluster(target).endpoint}"'
        links = (line for line in text.decode().splitlines() if line.startswith(_CONNECTED))
        return status == 200 and not any(mine in line for line in links)

    until("Argo CD is connected to the planned address no more", forgotten, within=90, every=2)


FAULT = Fault(
    id="AR-01",
    title="Argo CD looks for the other cluster on its own host",
    reds=frozenset({"REACH-030", "REACH-031"}),
    cause="REACH-031",
    inject=inject,
    source="argo-cd#4204",
)
