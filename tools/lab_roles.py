"""The least roles of a plan, granted in the clusters of the lab, and kubeconfigs with them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml

from tools import rbac
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.lab import Lab
from tools.lab.paths import state

_TOKEN = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}


@contextmanager
def granted(lab: Lab, *, discover: bool = False) -> Iterator[None]:
    """The roles of deploy/rbac.yaml for the plan that the lab runs, or those of tools.discover."""
    home = lab.topology.probes.namespace
    made = []
    try:
        for cluster in lab.clusters.values():
            if discover:
                objects = list(yaml.safe_load_all(rbac.for_discover(home)))
            else:
                objects = list(rbac.objects(lab.topology, cluster.plan, drills=False))
            made.append((cluster, objects))
            cluster.api.create_all(objects)
        yield
    finally:
        for cluster, objects in made:
            for item in reversed(objects):
                cluster.api.delete(cluster.api.path(item))


def token(lab: Lab, cluster: LabCluster, account: str = rbac.NAME) -> str:
    """A token of a service account that the roles are bound to. Raises LabError."""
    home = lab.topology.probes.namespace
    path = f"/api/v1/namespaces/{home}/serviceaccounts/{account}/token"
    status, text = cluster.api.raw("POST", path, _TOKEN)
    if status != 201:
        raise LabError(f"{cluster.plan.name} gives no token for {account} ({status})")
    return str(json.loads(text)["status"]["token"])


def kubeconfig(lab: Lab, path: Path, account: str = rbac.NAME) -> None:
    """Write the lab's kubeconfig with tokens of a service account in the place of certificates."""
    config = json.loads((state() / "kubeconfig").read_text())
    users = [
        {"name": name, "user": {"token": token(lab, cluster, account)}}
        for name, cluster in lab.clusters.items()
    ]
    contexts = [
        {"name": item["name"], "context": {**item["context"], "user": item["context"]["cluster"]}}
        for item in config["contexts"]
    ]
    path.touch(mode=0o600)
    path.write_text(json.dumps({**config, "users": users, "contexts": contexts}))
