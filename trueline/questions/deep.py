"""What the tier `deep` asks: everything of which `isolation` takes samples.

One route leads to all pods of a node, and one to all ClusterIPs of a cluster, so samples find what
is wrong with routes. They miss what is wrong with one address: a route of its own, a proxy or a NAT
rule for one Service, a pod that is bridged elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.observation import ClusterFacts
from trueline.model.topology import Cluster
from trueline.questions.isolation import Targets, from_outside, listed
from trueline.questions.question import Question, Scene, each


def every_pod(cluster: Cluster, facts: ClusterFacts) -> Targets:
    """(address, TCP port) of every ready pod of a cluster that has an address of its own.

    Raises NotObserved.
    """
    networks = [cidr.network for cidr in cluster.pods]
    return tuple(
        dict.fromkeys(
            (item.address, port)
            for item in listed(facts)
            if item.ready and any(item.address in network for network in networks)
            for port, protocol in sorted(item.ports)
            if protocol == "TCP"
        )
    )


def every_cluster_ip(cluster: Cluster, facts: ClusterFacts) -> Targets:
    """(ClusterIP, TCP port) of every Service of a cluster. Raises NotObserved."""
    networks = [cidr.network for cidr in cluster.services]
    return tuple(
        (address, port.port)
        for service in sorted(facts.services.value, key=lambda one: one.key)
        for address in service.cluster_ips
        if any(address in network for network in networks)
        for port in service.ports
        if port.protocol == "TCP"
    )


def asked(scene: Scene) -> Iterator[Question]:
    """Whether anything of any cluster takes a connection from outside of it."""
    return each(
        scene.topology.clusters,
        lambda cluster: from_outside(scene, cluster, every_pod, every_cluster_ip),
    )
