"""Where faults of products strike, and how their configuration is broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import arrival, programs, telemetry
from tools.lab.products.telemetry import Server
from tools.lab.waiting import until
from trueline.model.product import Sender

_WITHIN = 90.0


def server(lab: Lab, kind: str) -> tuple[LabCluster, Server]:
    """The first product of a kind that others send to, and its cluster. Raises LabError."""
    for item in telemetry.servers(lab.topology, kind):
        if item.plan.senders or item.plan.logins:
            return lab.cluster(item.reservation.cluster), item
    raise LabError(f"this fault needs a {kind} that another cluster uses")


def sender(lab: Lab, item: Server) -> tuple[LabCluster, Sender]:
    """The first sender of a product, and its cluster."""
    found = item.plan.senders[0]
    return lab.cluster(found.cluster), found


def reconfigure(
    cluster: LabCluster,
    namespace: str,
    name: str,
    change: Callable[[dict[str, Any]], None],
    *,
    plural: str = "deployments",
) -> None:
    """Change the only configuration file of a program and start it anew; wait until it runs."""
    path = f"/api/v1/namespaces/{namespace}/configmaps/{name}"
    (file, text) = next(iter(cluster.api.get(path)["data"].items()))
    config = yaml.safe_load(text)
    change(config)
    data = {file: yaml.safe_dump(config, sort_keys=False)}
    cluster.api.merge(path, {"data": data})
    annotations = {programs.CONFIG: programs.digest(data)}
    meta = {"metadata": {"annotations": annotations}}
    program = f"/apis/apps/v1/namespaces/{namespace}/{plural}/{name}"
    cluster.api.merge(program, {"spec": {"template": meta}})
    runs(cluster, program)


def runs(cluster: LabCluster, path: str) -> None:
    """Wait until a Deployment or DaemonSet has the pods it wants. Raises TimedOut."""
    until(
        f"{cluster.name}: {path} runs",
        lambda: programs.available(cluster.api.get(path)),
        within=_WITHIN,
        every=0.3,
    )


def renew(cluster: LabCluster, item: Server) -> None:
    """Start a product anew; what it kept in memory and in its pod is gone."""
    namespace, _, name = item.reservation.owner.partition("/")
    cluster.api.delete(f"/api/v1/namespaces/{namespace}/pods?labelSelector=app%3D{name}", grace=0)


def result(lab: Lab, item: Server, path: str) -> bool:
    """Whether a query of a Prometheus or Loki finds something."""
    return arrival.found(arrival.get(lab, item, item.port, path))


def path(owner: str) -> str:
    """The path of a Service, `namespace/name`."""
    namespace, _, name = owner.partition("/")
    return f"/api/v1/namespaces/{namespace}/services/{name}"


def holds(cluster: LabCluster, owner: str, address: str) -> None:
    """Wait until a Service holds exactly an address. Raises TimedOut."""

    def held() -> bool:
        ingress = cluster.api.get(path(owner))["status"]["loadBalancer"].get("ingress", [])
        return [item.get("ip") for item in ingress] == [address]

    until(f"{owner} holds {address}", held, within=30)


def service(cluster: LabCluster, owner: str, change: Callable[[Object], Object]) -> None:
    """Merge a change into the spec of a reserved Service, which `change` is shown."""
    where = path(owner)
    cluster.api.merge(where, {"spec": change(cluster.api.get(where)["spec"])})
