"""SE-06: Argo CD serves strangers, as its setting for anonymous users has it."""

from __future__ import annotations

from tools.lab.errors import LabError
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import argocd_plan
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Let anonymous users read everything, and wait until the applications are shown."""
    instances = argocd_plan.instances(lab.topology)
    instance = next((one for one in instances if one.plan.anonymous is False), None)
    if instance is None:
        raise LabError("this fault needs an Argo CD that is planned to be closed to strangers")
    api = lab.cluster(instance.reservation.cluster).api
    space = f"/api/v1/namespaces/{instance.namespace}"
    api.merge(f"{space}/configmaps/argocd-cm", {"data": {"users.anonymous.enabled": "true"}})
    api.merge(f"{space}/configmaps/argocd-rbac-cm", {"data": {"policy.default": "role:readonly"}})
    path = f"{space}/services/https:{instance.service}:443/proxy/api/v1/applications"
    until(
        "Argo CD shows its applications to strangers",
        lambda: api.raw("GET", path)[0] == 200,
        within=60,
    )


FAULT = Fault(
    id="SE-06",
    title="a product that is planned to be closed serves strangers",
    reds=frozenset({"ISO-004"}),
    areas=("isolation",),
    inject=inject,
    source="Argo CD user management, anonymous access; architecture review E-04",
)
