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
    for item in scene.topology.reservations:
        for target in ports(scene.topology, item):
            yield from everywhere(scene, name(target), connection(target))


def connection(target: Target) -> Step:
    """A connection to a port and nothing more; with TLS where HTTPS is planned."""
    secure = target.speaks == "https"
    return Step(
        transport="tls" if secure else "tcp",
        host=target.host,
        port=target.port,
        server_name=target.server_name if secure else None,
        alpn=("http/1.1",) if secure else (),
    )


def everywhere(scene: Scene, called: str, step: Step) -> Iterator[Question]:
    """One step from every place that observes."""
    for vantage, _ in observers(scene.topology):
        yield Question(vantage=vantage, name=called, probe=probe(scene.topology.budgets, step))
