"""SE-06: a role of Vault is bound to every service account of a namespace."""

from __future__ import annotations

import json

from tools.lab.errors import LabError
from tools.lab.faults import vaults
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import vault_open, vault_setup

_STRANGER = "default"
"""A service account that is in every namespace, and planned to log in nowhere."""


def inject(lab: Lab) -> None:
    """Widen the role, and see a stranger log in."""
    _, item, login = vaults.struck(lab)
    role = {**vault_setup.role(login), "bound_service_account_names": ["*"]}
    vault_open.opened(lab, item).put(f"auth/{login.mount}/role/{login.role}", role)
    cluster = lab.cluster(login.cluster)
    path = f"/api/v1/namespaces/{login.namespace}/serviceaccounts/{_STRANGER}/token"
    body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    status, text = cluster.api.raw("POST", path, body)
    if status != 201:
        raise LabError(f"{cluster.name}: no token of {login.namespace}/{_STRANGER}: {status}")
    token = json.loads(text)["status"]["token"]
    api = vaults.at_its_address(lab, item)
    found = api.put(f"auth/{login.mount}/login", {"role": login.role, "jwt": token})
    api.token = found["auth"]["client_token"]
    api.put("auth/token/revoke-self", {})


"""SE-06: Argo CD serves strangers, as its setting for anonymous users has it."""

from __future__ import annotations

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
    title="a role of Vault lets every service account of a namespace in",
    reds=frozenset({"REACH-021"}),
    inject=inject,
    source="architecture review D-05; Vault Kubernetes auth documentation",
    title="a product that is planned to be closed serves strangers",
    reds=frozenset({"ISO-004"}),
    inject=inject,
    source="Argo CD user management, anonymous access; architecture review E-04",
)
