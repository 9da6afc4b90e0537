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


FAULT = Fault(
    id="SE-06",
    title="a role of Vault lets every service account of a namespace in",
    reds=frozenset({"REACH-021"}),
    inject=inject,
    source="architecture review D-05; Vault Kubernetes auth documentation",
)
