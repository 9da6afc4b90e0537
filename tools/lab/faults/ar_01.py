"""AR-01: Argo CD is told an address of the other cluster at which nobody is."""

from __future__ import annotations

import base64

from tools.lab.faults import deployments
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_SERVER = "https://127.0.0.1:6443"


def inject(lab: Lab) -> None:
    """Let the cluster Secret say localhost, and wait until the Applications know of it."""
    api, instance, target = deployments.struck(lab)
    data = {"server": base64.b64encode(_SERVER.encode()).decode()}
    api.merge(deployments.secret(instance, target), {"data": data})
    deployments.out_of_sync(api, instance, target)
    deployments.forgotten(lab, api, instance, target)


FAULT = Fault(
    id="AR-01",
    title="Argo CD looks for the other cluster on its own host",
    reds=frozenset({"REACH-030", "REACH-031"}),
    cause="REACH-031",
    inject=inject,
    source="argo-cd#4204",
)
