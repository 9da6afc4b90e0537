"""What every node is asked: whether the tunnels of the pod network lead it to the others."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.address import Cidr
from trueline.model.observation import ClusterFacts
from trueline.model.places import at_node
from trueline.model.probe import Reply, Step
from trueline.model.topology import Cluster
from trueline.questions.question import Question, Scene, each, probe

_KUBELET = 10250  # any port would do: a refusal came through the tunnel as well


def has_tunnels(cluster: Cluster) -> bool:
    """Whether the planned pod network is Flannel's over VXLAN, which is its usual back end."""
    return cluster.cni.kind == "flannel" and (cluster.cni.backend or "vxlan") == "vxlan"


def ends(cluster: Cluster, facts: ClusterFacts) -> dict[str, tuple[str, ...]]:
    """Node -> its ends of the tunnels, one address in each family. Raises NotObserved.

    Flannel gives the first address of a node's pod range to its VXLAN device; no pod has it.
    """
    if not has_tunnels(cluster):
        return {}
    return {
        node.name: tuple(str(Cidr.parse(text).network[0]) for text in node.pod_cidrs)
        for node in facts.nodes.value
        if node.pod_cidrs
    }


def name(address: str) -> str:
    """The name of the question whether an end of a tunnel answers."""
    return f"tunnel to {address} port {_KUBELET}"


def came_through(reply: Reply) -> bool:
    """Whether the machine at the other end has said anything."""
    return reply.outcome in ("connected", "refused")


def asked(scene: Scene) -> Iterator[Question]:
    """Each node tries the ends of all others of its cluster."""
    return each(scene.topology.clusters, lambda cluster: _of(scene, cluster))


def _of(scene: Scene, cluster: Cluster) -> Iterator[Question]:
    found = ends(cluster, scene.facts(cluster.name))
    for node in found:
        for other, addresses in found.items():
            for address in addresses if other != node else ():
                step = Step(transport="tcp", host=address, port=_KUBELET)
                yield Question(
                    vantage=at_node(cluster.name, node),
                    name=name(address),
                    probe=probe(scene.topology.budgets, step),
                )
