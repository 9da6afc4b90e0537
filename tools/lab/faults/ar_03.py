"""AR-03: the token by which Argo CD deploys to a cluster is valid there no more."""

from __future__ import annotations

import json
from typing import Any

from tools.lab.errors import LabError
from tools.lab.faults import deployments
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_ACCOUNTS = "/api/v1/namespaces/kube-system/serviceaccounts"
_NAME = "argocd-before"


def inject(lab: Lab) -> None:
    """Give it the token of an account that has been removed since."""
    _, _, target = deployments.struck(lab)
    cluster = lab.cluster(target)
    cluster.api.create(
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": _NAME, "namespace": "kube-system"},
        }
    )
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    status, text = cluster.api.raw("POST", f"{_ACCOUNTS}/{_NAME}/token", body)
    if status != 201:
        raise LabError(f"{cluster.name}: no token of {_NAME}: {status}")
    cluster.api.delete(f"{_ACCOUNTS}/{_NAME}")

    def change(config: dict[str, Any]) -> None:
        config["bearerToken"] = json.loads(text)["status"]["token"]

    deployments.reconnect(lab, change)


FAULT = Fault(
    id="AR-03",
    title="the token by which Argo CD deploys is valid no more",
    reds=frozenset({"REACH-030", "REACH-031"}),
    cause="REACH-031",
    inject=inject,
    source="argo-cd#3941, #9233",
)
