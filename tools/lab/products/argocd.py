"""Argo CD: real server, repository server and application controller, deploying to other clusters.

It has no web pages: they are built by another tool chain. Its API is whole.
"""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products import argocd_link, argocd_parts, argocd_plan
from tools.lab.products.product import Product
from tools.lab.waiting import until
from trueline.model.topology import Cluster, Topology

_WITHIN = 120.0


def wanted(topology: Topology) -> bool:
    """Whether the plan has an Argo CD that is no stand-in."""
    return bool(argocd_plan.instances(topology))


def owners(topology: Topology, cluster: Cluster) -> frozenset[str]:
    """The Services of the reservations that an Argo CD stands behind."""
    return frozenset(item.reservation.owner for item in argocd_plan.here(topology, cluster))


def objects(lab: Lab, cluster: LabCluster) -> list[Object]:
    """Argo CD where it stands; accounts and namespaces where it deploys to."""
    found: list[Object] = []
    for instance in argocd_plan.instances(lab.topology):
        if cluster.name in instance.targets:
            found += argocd_link.objects(instance, cluster.name)
        if instance.reservation.cluster == cluster.name:
            found += argocd_parts.objects(lab, cluster.plan, instance)
    return found


def configure(lab: Lab, cluster: LabCluster) -> None:
    """Wait until all of it is ready, and tell it where to deploy what. Raises LabError."""
    for instance in argocd_plan.here(lab.topology, cluster.plan):
        for plural, name in argocd_parts.PODS:
            path = f"/apis/apps/v1/namespaces/{instance.namespace}/{plural}/{name}"

            def ready(path: str = path) -> bool:
                return bool(cluster.api.get(path).get("status", {}).get("readyReplicas"))

            until(
                f"{cluster.name}: {instance.namespace}/{name} is ready",
                ready,
                within=_WITHIN,
                every=0.3,
                fix=f"python -m tools.lab pod {cluster.name} -n {instance.namespace} describe pods",
            )
        argocd_link.declare(lab, instance)


def deployed(lab: Lab) -> None:
    """Wait until every Application is deployed, and its cluster told as connected.

    Raises LabError.
    """
    for instance in argocd_plan.instances(lab.topology):
        argocd_link.deployed(lab, instance)
        argocd_link.connected(lab, instance)


PRODUCT = Product(
    name="argocd",
    about="Argo CD with its Applications in other clusters",
    wanted=wanted,
    owners=owners,
    objects=objects,
    configure=configure,
    connect=deployed,
    restore=deployed,
)
