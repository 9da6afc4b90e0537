"""Where faults of Vault strike: the first that another cluster logs in to, and what hangs on it."""

from __future__ import annotations

from tools.lab import edge
from tools.lab.cluster import LabCluster
from tools.lab.faults import products
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import external_secrets
from tools.lab.products.telemetry import Server
from tools.lab.products.vault_api import VaultApi
from tools.lab.waiting import until
from trueline.model.product import Login

# A probe that counts every state of Vault as ready, so that the address goes on to answer.
_ANY_STATE = "?sealedcode=200&uninitcode=200"
_WITHIN = 60.0


def struck(lab: Lab) -> tuple[LabCluster, Server, Login]:
    """The cluster of the Vault, the Vault, and its first login. Raises LabError."""
    home, item = products.server(lab, "vault")
    return home, item, item.plan.logins[0]


def deployment(item: Server) -> str:
    """The path of the Deployment of a Vault."""
    namespace, _, name = item.reservation.owner.partition("/")
    return f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"


def answers_in_any_state(pod: Object) -> None:
    """Let a pod of Vault be ready whether Vault is sealed or new, as many deployments do.

    Else its address would fall silent, and that is another fault.
    """
    (container,) = pod["containers"]
    container["readinessProbe"]["httpGet"]["path"] += _ANY_STATE


def at_its_address(lab: Lab, item: Server, authority: str | None = None) -> VaultApi:
    """Vault as the segment sees it, for who trusts an authority (the planned one)."""
    address = str(item.reservation.address)
    trusted = authority or edge.bundle(lab, item.reservation)
    return VaultApi(lab.runner, address, item.port, authority=trusted, identity=address)


def unsynced(lab: Lab, item: Server) -> None:
    """Wait until the operator reports that what it syncs out of a Vault is not ready.

    Raises TimedOut.
    """
    for planned in item.plan.synced:
        made = external_secrets.stored(item, planned, "", "")
        cluster = lab.cluster(planned.cluster)

        def failed(cluster: LabCluster = cluster, made: list[Object] = made) -> bool:
            return not all(external_secrets.ready(cluster, one) for one in made)

        until(f"{cluster.name}: {planned.name} is not synced", failed, within=_WITHIN, every=0.5)
