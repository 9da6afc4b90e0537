"""Where faults of Argo CD strike: its link to the first cluster that it deploys to."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from tools.lab.errors import LabError
from tools.lab.kubeapi import KubeApi
from tools.lab.lab import Lab
from tools.lab.products import argocd_link, argocd_plan
from tools.lab.products.argocd_plan import Instance
from tools.lab.waiting import until

_WITHIN = 90.0


def struck(lab: Lab) -> tuple[KubeApi, Instance, str]:
    """The API of Argo CD's own cluster, the Argo CD, and a cluster that it deploys to.

    Raises LabError when there is none.
    """
    found = argocd_plan.instances(lab.topology)
    if not found:
        raise LabError("this fault needs an Argo CD that deploys to another cluster")
    return lab.cluster(found[0].reservation.cluster).api, found[0], found[0].targets[0]


def secret(instance: Instance, target: str) -> str:
    """The path of the Secret that declares a target cluster."""
    return f"/api/v1/namespaces/{instance.namespace}/secrets/cluster-{target}"


def reconnect(lab: Lab, change: Callable[[dict[str, Any]], None]) -> None:
    """Change by what credentials Argo CD connects, and wait until it is connected no more."""
    api, instance, target = struck(lab)
    path = secret(instance, target)
    config = json.loads(base64.b64decode(api.get(path)["data"]["config"]))
    change(config)
    data = {"config": base64.b64encode(json.dumps(config).encode()).decode()}
    api.merge(path, {"data": data})
    out_of_sync(api, instance, target)
    mine = f'server="{lab.cluster(target).endpoint}"'
    until(
        "Argo CD is not connected to the planned address",
        lambda: any(
            mine in line and float(line.rpartition(" ")[2]) == 0
            for line in argocd_link.links(api, instance) or ()
        ),
        within=_WITHIN,
        every=2,
    )


def out_of_sync(api: KubeApi, instance: Instance, target: str) -> None:
    """Wait until no Application of a target cluster is in sync. Raises TimedOut."""
    for name in instance.applications(target):
        path = f"/apis/argoproj.io/v1alpha1/namespaces/{instance.namespace}/applications/{name}"

        def lost(path: str = path) -> bool:
            api.merge(path, {"metadata": {"annotations": {"argocd.argoproj.io/refresh": "normal"}}})
            status: str = api.get(path)["status"].get("sync", {}).get("status", "")
            return status != "Synced"

        until(f"Application {name} is in sync no more", lost, within=_WITHIN, every=2)


def forgotten(lab: Lab, api: KubeApi, instance: Instance, target: str) -> None:
    """Wait until Argo CD knows the planned address of a target cluster no more. Raises TimedOut."""
    mine = f'server="{lab.cluster(target).endpoint}"'

    def gone() -> bool:
        found = argocd_link.links(api, instance)
        return found is not None and not any(mine in line for line in found)

    until("Argo CD is connected to the planned address no more", gone, within=_WITHIN, every=2)
