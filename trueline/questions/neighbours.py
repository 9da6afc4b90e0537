"""What every host of a segment is asked: whom it remembers as the holder of a reserved address."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.probe import Step
from trueline.model.topology import Reservation, Topology, Vantage
from trueline.model.wires import reached_from
from trueline.questions.question import Question, Scene, probe

_ANY = 9  # discard; whether it is taken does not matter


def hosts(topology: Topology, reservation: Reservation) -> tuple[Vantage, ...]:
    """The hosts on the segment of a reserved address."""
    return tuple(
        item
        for item in topology.vantages
        if item.kind == "host" and reached_from(topology, item.segment, reservation.address)
    )


def name(reservation: Reservation) -> str:
    """The name of the question whom a host remembers."""
    return f"who is remembered for {reservation.address}"


def asked(scene: Scene) -> Iterator[Question]:
    """Each host tries a connection to each reserved address, and tells whom it sent it to."""
    topology = scene.topology
    for item in topology.reservations:
        port = next((one.number for one in item.ports if one.protocol == "TCP"), _ANY)
        step = Step(transport="neighbour", host=str(item.address), port=port, read="first")
        for vantage in hosts(topology, item):
            yield Question(
                vantage=vantage.name, name=name(item), probe=probe(topology.budgets, step)
            )
