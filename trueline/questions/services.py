"""What every pod of a cluster must reach: its API and its DNS, at their Service addresses."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.probe import Step
from trueline.model.topology import Cluster
from trueline.questions.question import Question, Scene, probe

_API_PORT = 443  # of the Service `kubernetes`
_DNS_PORT = 53


def own_services(cluster: Cluster) -> list[tuple[str, int]]:
    """The (address, port) pairs that every pod of a cluster must reach, as planned.

    The API has the first address of the Service network (kube-apiserver's own rule).
    """
    found = [(str(cidr.network[1]), _API_PORT) for cidr in cluster.services[:1]]
    if cluster.dns_service is not None:
        found.append((str(cluster.dns_service), _DNS_PORT))
    return found


def name(address: str, port: int) -> str:
    """The name of the question whether an own Service takes connections."""
    return f"own service {address} port {port}"


def asked(scene: Scene) -> Iterator[Question]:
    """Each pod vantage of the plan asks for the Services of its own cluster."""
    topology = scene.topology
    for vantage in topology.vantages:
        if vantage.kind != "pod" or vantage.in_mesh:
            continue
        for address, port in own_services(topology.cluster(str(vantage.cluster))):
            step = Step(transport="tcp", host=address, port=port)
            yield Question(
                vantage=vantage.name,
                name=name(address, port),
                probe=probe(topology.budgets, step),
            )
