"""Requests of several packets, of every reserved port that serves HTTP and from everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from trueline.model.probe import Request
from trueline.model.targets import Target
from trueline.model.topology import Reservation, Topology
from trueline.questions import matrix
from trueline.questions.question import Question, Scene

# Two full packets of Ethernet and a bit, far below what any server takes for the head of a request.
BYTES = 4000
_PADDING = ("X-Trueline-Padding", "x" * BYTES)


def name(target: Target) -> str:
    """The name of the question whether a port answers a large request."""
    return f"large request of {target}"


def ports(topology: Topology, item: Reservation) -> tuple[Target, ...]:
    """The ports of a reservation that serve HTTP."""
    return tuple(one for one in matrix.ports(topology, item) if one.speaks in ("http", "https"))


def asked(scene: Scene) -> Iterator[Question]:
    """One request with a long header, wherever a connection is tried."""
    for item in scene.topology.reservations:
        for target in ports(scene.topology, item):
            request = Request(method="GET", path="/", host=target.authority, headers=(_PADDING,))
            step = replace(matrix.connection(target), request=request, read="first")
            yield from matrix.everywhere(scene, name(target), step)
