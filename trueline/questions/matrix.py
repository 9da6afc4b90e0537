"""Every reserved TCP port, tried from everywhere: from hosts, and from the pods of each cluster."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.probe import Step
from trueline.model.targets import Target, observers, of_reservation
from trueline.model.topology import Reservation, Topology
from trueline.questions.question import Question, Scene, probe


def name(target: Target) -> str:
    """The name of the question whether a reserved port takes connections."""
    return f"connect to {target}"


def ports(topology: Topology, item: Reservation) -> tuple[Target, ...]:
    """The TCP ports of a reservation."""
    return tuple(
        of_reservation(topology, item, port) for port in item.ports if port.protocol == "TCP"
    )


def asked(scene: Scene) -> Iterator[Question]:
    """Whether a connection comes about; where HTTPS is planned, whether TLS does too."""
    topology = scene.topology
    for item in topology.reservations:
        for target in ports(topology, item):
            secure = target.speaks == "https"
            step = Step(
                transport="tls" if secure else "tcp",
                host=target.host,
                port=target.port,
                server_name=target.server_name if secure else None,
                alpn=("http/1.1",) if secure else (),
            )
            for vantage, _ in observers(topology):
                yield Question(
                    vantage=vantage, name=name(target), probe=probe(topology.budgets, step)
                )
