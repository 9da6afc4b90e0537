"""What every node is asked: whether it leads to the reserved addresses of its own cluster."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.places import at_node
from trueline.model.topology import Cluster
from trueline.questions import matrix
from trueline.questions.question import Question, Scene, each, probe


def asked(scene: Scene) -> Iterator[Question]:
    """Each node tries each reserved TCP port of its cluster: any may have to announce it."""
    return each(scene.topology.clusters, lambda cluster: _of(scene, cluster))


def _of(scene: Scene, cluster: Cluster) -> Iterator[Question]:
    targets = [
        target for item in cluster.reservations for target in matrix.ports(scene.topology, item)
    ]
    for node in scene.facts(cluster.name).nodes.value:
        for target in targets:
            yield Question(
                vantage=at_node(cluster.name, node.name),
                name=matrix.name(target),
                probe=probe(scene.topology.budgets, matrix.connection(target)),
            )
