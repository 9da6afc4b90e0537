"""What a cluster has so that its workloads can log in to a Vault: accounts, and a canary each."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tools.lab import edge, workloads
from tools.lab.addons import BASE
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import vault_canary
from tools.lab.products.telemetry import Server
from trueline.model.product import Login

_REVIEWERS = "kube-system"
_YEAR = 365 * 24 * 3600


def objects(lab: Lab, cluster: LabCluster, server: Server) -> list[Object]:
    """Namespaces, accounts and canaries for the logins of a cluster at one Vault."""
    logins = [item for item in server.plan.logins if item.cluster == cluster.name]
    result = [workloads.namespace(name) for name in dict.fromkeys(i.namespace for i in logins)]
    who = dict.fromkeys((item.namespace, item.service_account) for item in logins)
    result += [_account(*item) for item in who if item[1] != "default"]
    for login in mounts(server):
        if login.cluster == cluster.name:
            result += reviewer(login)
    authority = edge.bundle(lab, server.reservation) if logins else ""
    for login in logins:
        result += vault_canary.objects(login, server, address(lab, server), authority)
    return result


def mounts(server: Server) -> list[Login]:
    """One login of each auth mount. Raises LabError for a mount that serves two clusters."""
    found: dict[str, Login] = {}
    for login in server.plan.logins:
        first = found.setdefault(login.mount, login)
        if first.cluster != login.cluster:
            raise LabError(
                f"{login.at}: the auth mount {login.mount} is that of {first.cluster} already",
                fix="give every cluster a mount of its own",
            )
    return list(found.values())


def address(lab: Lab, server: Server) -> str:
    """The URL of a Vault for clients: by a planned name of its certificate that the pods resolve.

    Without DNS, or without such a name, by address.
    """
    held = server.reservation
    named = {item.name for item in lab.topology.dns.names if held.address in item.addresses}
    zones = [zone.name for zone in lab.topology.dns.zones]
    served = "coredns" not in lab.record.without
    for name in held.tls_names if served else ():
        if name in named and any(name.endswith(f".{zone}") for zone in zones):
            return f"https://{name}:{server.port}"
    return f"https://{server.host}:{server.port}"


def _account(namespace: str, name: str) -> Object:
    meta = {"name": name, "namespace": namespace, "labels": dict(BASE)}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": meta}


def reviewer_name(login: Login) -> str:
    """The account by which Vault asks the cluster of a login about tokens."""
    return f"vault-reviewer-{login.mount}".replace("/", "-").lower()


def reviewer(login: Login) -> Iterator[Object]:
    """The account by which Vault asks about tokens, and its right to."""
    name, group = reviewer_name(login), "rbac.authorization.k8s.io"
    yield _account(_REVIEWERS, name)
    yield {
        "apiVersion": f"{group}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": name, "labels": dict(BASE)},
        "roleRef": {"apiGroup": group, "kind": "ClusterRole", "name": "system:auth-delegator"},
        "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": _REVIEWERS}],
    }


def reviewer_token(cluster: LabCluster, login: Login) -> str:
    """A token of the reviewing account, for a year. Raises LabError when the API gives none.

    One that is asked for, and not one in a Secret: the API server writes into such Secrets when
    they were used last, which a reset would take for a change.
    """
    path = f"/api/v1/namespaces/{_REVIEWERS}/serviceaccounts/{reviewer_name(login)}/token"
    body = {
        "apiVersion": "authentication.k8s.io/v1",
        "kind": "TokenRequest",
        "spec": {"expirationSeconds": _YEAR},
    }
    try:
        status, text = cluster.api.raw("POST", path, body)
    except OSError as error:
        raise LabError(f"{cluster.name}: no token of {reviewer_name(login)}: {error}") from None
    if status != 201:
        raise LabError(f"{cluster.name}: no token of {reviewer_name(login)}: {status}")
    return str(json.loads(text)["status"]["token"])
