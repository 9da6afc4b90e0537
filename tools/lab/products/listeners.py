"""Programs that listen behind a policy: on the ports that may be entered, and on one that may not.

A policy over nothing cannot be tried. Where the plan puts no product into its namespace, a plain
HTTP server stands there.
"""

from __future__ import annotations

from tools.lab import workloads
from tools.lab.addons import BASE
from tools.lab.kubeapi import Object
from trueline.model.topology import Cluster, Policy, Topology

_FIRST = 8080
# What the reference network calls the workload that it protects.
_CALLED = {"payments": "ledger"}


def occupied(topology: Topology, cluster: Cluster) -> frozenset[str]:
    """The namespaces of a cluster in which the plan puts something that listens."""
    here = {item.owner.partition("/")[0] for item in cluster.reservations}
    for product in topology.products:
        here |= {item.namespace for item in product.senders if item.cluster == cluster.name}
        here |= {item.namespace for item in product.logins if item.cluster == cluster.name}
        synced = (item for item in product.synced if item.cluster == cluster.name)
        here |= {item.name.partition("/")[0] for item in synced}
    routes = topology.ingress.routes
    here |= {
        route.service.partition("/")[0]
        for route in routes
        if route.gateway.partition(":")[2].partition("/")[0] == cluster.name
    }
    if topology.mesh is not None:
        members = (item for item in topology.mesh.workloads if item.cluster == cluster.name)
        here |= {item.service.partition("/")[0] for item in members}
    return frozenset(here)


def name(policy: Policy) -> str:
    """What the listener of a namespace is called."""
    return _CALLED.get(policy.namespace, "listener")


def ports(policy: Policy) -> list[int]:
    """The TCP ports that the policy lets in (one, where it names none), then one that it does not.

    The last one is let in as well where the policy names no port and lets in anybody.
    """
    found = [port.number for port in policy.ports if port.protocol == "TCP"] or [_FIRST]
    return [*found, next(n for n in range(_FIRST, 65536) if n not in found)]


def objects(policy: Policy) -> list[Object]:
    """The Deployment, and a Service with every port of it."""
    called = name(policy)
    meta = {"name": called, "namespace": policy.namespace, "labels": {"app": called} | BASE}
    listen = ",".join(f":{port}" for port in ports(policy))
    owner = f"{policy.namespace}/{called}"
    container = {
        "name": called,
        "image": workloads.IMAGE,
        "imagePullPolicy": "IfNotPresent",
        "args": [f"-listen={listen}", f"-service={owner}", f"-cluster={policy.cluster}"],
        "ports": [{"containerPort": port} for port in ports(policy)],
    }
    pod = {
        "automountServiceAccountToken": False,
        "terminationGracePeriodSeconds": 1,
        "containers": [container],
    }
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": meta,
            "spec": {
                "selector": {"app": called},
                "ports": [{"name": f"tcp-{port}", "port": port} for port in ports(policy)],
            },
        },
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": meta,
            "spec": {
                "replicas": 1,
                "selector": {"matchLabels": {"app": called}},
                "template": {"metadata": {"labels": {"app": called}}, "spec": pod},
            },
        },
    ]
