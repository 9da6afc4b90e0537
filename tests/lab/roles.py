"""The least roles of a plan, granted in every cluster of the lab, and tokens of whom they bind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from tools import rbac
from tools.lab.cluster import LabCluster
from tools.lab.lab import Lab

_TOKEN = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}


@contextmanager
def granted(lab: Lab) -> Iterator[None]:
    """The roles of deploy/rbac.yaml, for the plan that the lab runs."""
    made = []
    try:
        for cluster in lab.clusters.values():
            objects = list(rbac.objects(lab.topology, cluster.plan, drills=False))
            made.append((cluster, objects))
            cluster.api.create_all(objects)
        yield
    finally:
        for cluster, objects in made:
            for item in reversed(objects):
                cluster.api.delete(cluster.api.path(item))


def token(lab: Lab, cluster: LabCluster) -> str:
    """A token of the service account that the roles are bound to."""
    home = lab.topology.probes.namespace
    account = f"/api/v1/namespaces/{home}/serviceaccounts/{rbac.NAME}"
    status, text = cluster.api.raw("POST", f"{account}/token", _TOKEN)
    assert status == 201
    return str(json.loads(text)["status"]["token"])
