"""The External Secrets Operator, which keeps Secrets of a cluster as they are in Vault.

The controller alone: its webhook checks what people write, and nobody writes here. A store and its
secrets are made when Vault can answer, because the operator waits longer after every failure.
"""

from __future__ import annotations

import base64

from tools.lab import addons, edge, workloads
from tools.lab.addons import BASE
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError, TimedOut
from tools.lab.kubeapi import UNREADY, ApiError, Object
from tools.lab.lab import Lab
from tools.lab.products import external_secrets_operator as operator
from tools.lab.products import telemetry, vault_logins
from tools.lab.products.product import Product
from tools.lab.products.telemetry import Server
from tools.lab.waiting import until
from trueline.model.product import Deploy, Login
from trueline.model.topology import Topology

NAME = "external-secrets"
_API = "external-secrets.io/v1"
_EVERY = 10
_WITHIN = 90.0
_SOON = 15.0


def objects(lab: Lab, cluster: LabCluster) -> list[Object]:
    """The operator where the plan syncs secrets: in the namespace of the first of them."""
    spaces = _spaces(lab.topology, cluster)
    if not spaces:
        return []
    result = [workloads.namespace(space) for space in spaces]
    return result + addons.documents(addons.manifest(NAME)) + operator.objects(NAME, spaces[0])


def synced(topology: Topology) -> list[tuple[Server, Deploy]]:
    """Each planned ExternalSecret with the Vault that it is read from."""
    return [
        (server, item)
        for server in telemetry.servers(topology, "vault")
        for item in server.plan.synced
    ]


def _spaces(topology: Topology, cluster: LabCluster) -> list[str]:
    here = (item.name for _, item in synced(topology) if item.cluster == cluster.name)
    return list(dict.fromkeys(name.partition("/")[0] for name in here))


def login(server: Server, item: Deploy) -> tuple[Login, str]:
    """The login by which a secret is read, in its own namespace, and what it reads.

    Raises LabError when the plan has none.
    """
    space = item.name.partition("/")[0]
    for found in server.plan.logins:
        if (found.cluster, found.namespace) == (item.cluster, space) and found.reads:
            return found, found.reads
    raise LabError(
        f"{item.at}: no login of {server.plan} reads a secret in {item.cluster}/{space}",
        fix="plan a login with `reads` in the namespace of the synced secret",
    )


def stored(server: Server, item: Deploy, url: str, authority: str) -> list[Object]:
    """The store and the ExternalSecret of one planned secret."""
    space, _, name = item.name.partition("/")
    who, reads = login(server, item)
    mount, _, key = reads.partition("/data/")
    auth = {
        "mountPath": who.mount,
        "role": who.role,
        "serviceAccountRef": {"name": who.service_account},
    }
    vault = {
        "server": url,
        "path": mount,
        "version": "v2",
        "caBundle": base64.b64encode(authority.encode()).decode(),
        "auth": {"kubernetes": auth},
    }
    store = {"provider": {"vault": vault}, "refreshInterval": _EVERY}
    secret = {
        "refreshInterval": f"{_EVERY}s",
        "secretStoreRef": {"kind": "SecretStore", "name": f"{server.plan}"},
        "target": {"name": name},
        "dataFrom": [{"extract": {"key": key}}],
    }
    return [
        _made("SecretStore", space, f"{server.plan}", store),
        _made("ExternalSecret", space, name, secret),
    ]


def _made(kind: str, namespace: str, name: str, spec: Object) -> Object:
    meta = {"name": name, "namespace": namespace, "labels": dict(BASE)}
    return {"apiVersion": _API, "kind": kind, "metadata": meta, "spec": spec}


def connect(lab: Lab) -> None:
    """Make the stores and the secrets; wait until the operator has synced every one of them."""
    if "vault" in lab.record.without:
        return  # nothing would ever answer
    for server, item in synced(lab.topology):
        authority = edge.bundle(lab, server.reservation)
        url = vault_logins.address(lab, server)
        lab.cluster(item.cluster).api.create_all(stored(server, item, url, authority))
    for server, item in synced(lab.topology):
        _await(lab, server, item, _WITHIN)


def _await(lab: Lab, server: Server, item: Deploy, within: float) -> None:
    space = item.name.partition("/")[0]
    until(
        f"{item.cluster}: {item.name} is synced from {server.plan}",
        lambda: all(
            ready(lab.cluster(item.cluster), made) for made in stored(server, item, "", "")
        ),
        within=within,
        every=0.2,
        fix=f"python -m tools.lab pod {item.cluster} -n {space} describe externalsecrets",
    )


def synced_again(lab: Lab, cluster: LabCluster) -> None:
    """Wait until every secret of a cluster whose API was away has been read once more.

    Until then it may show the failure of a try that fell into that time. Raises TimedOut.
    """
    if "vault" in lab.record.without:
        return
    items = [both for both in synced(lab.topology) if both[1].cluster == cluster.name]
    before = {item.name: _refreshed(cluster, item) for _, item in items}
    for server, item in items:

        def anew(item: Deploy = item) -> bool:
            return _refreshed(cluster, item) != before[item.name]

        until(f"{cluster.name}: {item.name} is read once more", anew, within=_WITHIN, every=0.3)
        _await(lab, server, item, _WITHIN)


def _refreshed(cluster: LabCluster, item: Deploy) -> str:
    """When the operator last read a secret, as it says."""
    space, _, name = item.name.partition("/")
    status = _status(cluster, _made("ExternalSecret", space, name, {}))
    return str(status.get("refreshTime"))


def ready(cluster: LabCluster, made: Object) -> bool:
    """Whether the operator reports a store or a secret as ready. Raises ApiError."""
    conditions = _status(cluster, made).get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def _status(cluster: LabCluster, made: Object) -> Object:
    """What the operator says of an object; nothing while it or its kind is coming back."""
    try:
        found: Object = cluster.api.get(cluster.api.path(made)).get("status", {})
    except ApiError as error:
        if error.status in (404, *UNREADY):
            return {}
        raise
    return found


def restore(lab: Lab) -> None:
    """Wait for every secret; an operator that has failed for long is started anew, to try now."""
    if "vault" in lab.record.without:
        return
    for server, item in synced(lab.topology):
        try:
            _await(lab, server, item, _SOON)
        except TimedOut:
            cluster = lab.cluster(item.cluster)
            home = _spaces(lab.topology, cluster)[0]
            cluster.api.delete(
                f"/api/v1/namespaces/{home}/pods?labelSelector=app%3D{NAME}", grace=0
            )
            _await(lab, server, item, _WITHIN)


PRODUCT = Product(
    name=NAME,
    about="External Secrets Operator, syncing planned secrets out of Vault",
    wanted=lambda topology: bool(synced(topology)),
    objects=objects,
    connect=connect,
    restore=restore,
    needs=("vault",),
)
