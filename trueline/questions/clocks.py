"""What time it is: asked of API servers and products, whose answers carry their clock.

An HTTP date has whole seconds. Each API server is asked twice, at moments that have nothing to do
with each other, which narrows down what its clock can be: with everything else, and again when all
else has been answered. Products are asked then alone, for a crowd blurs the moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trueline.model.address import address_of, in_url
from trueline.model.naming import pod_asker
from trueline.model.probe import Request, Step
from trueline.model.topology import Cluster, Reservation, Topology, Vantage
from trueline.questions.question import Question, Scene, probe

_API = 6443
_SERVICE = 443  # of the Service `kubernetes`, and of a load balancer in front of the servers
_SPEAKS_HTTP = ("http", "https")


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Where a clock can be read. `name` is what clients call it by (Host and SNI), if anything."""

    shown: str
    host: str
    port: int
    path: str = "/version"
    tls: bool = True
    name: str | None = None


def hosts(topology: Topology) -> tuple[Vantage, ...]:
    """The vantage points that read every clock: hosts, which stand in no cluster."""
    return tuple(item for item in topology.vantages if item.kind in ("host", "ssh"))


def insiders(topology: Topology, cluster: Cluster) -> tuple[Vantage, ...]:
    """The vantage points of a cluster that read the clock of its API: a pod, and its nodes."""
    pod = pod_asker(topology, cluster.name)
    return tuple(
        item
        for item in topology.vantages
        if item.cluster == cluster.name and (item.kind == "node" or item.name == pod)
    )


def endpoint(cluster: Cluster) -> Door | None:
    """The planned API endpoint of a cluster."""
    endpoint = cluster.endpoint
    if endpoint is None:
        return None
    host = endpoint.host
    return Door(shown=f"API {host} of {cluster}", host=host, port=endpoint.port, name=_name(host))


def api_doors(cluster: Cluster) -> tuple[Door, ...]:
    """The planned API endpoint of a cluster, then each of its API servers."""
    first = endpoint(cluster)
    port = first.port if first and first.port != _SERVICE else _API
    found = {first.host: first} if first else {}
    for node in cluster.control_planes:
        if node.addresses:
            host = str(node.addresses[0])
            shown = f"API server {host} of {cluster}"
            found.setdefault(host, Door(shown=shown, host=host, port=port))
    return tuple(found.values())


def named_doors(topology: Topology, cluster: Cluster) -> tuple[Door, ...]:
    """The API endpoint as clients call it that use one of its planned names."""
    door = endpoint(cluster)
    if door is None:
        return ()
    return tuple(
        Door(shown=f"{door.shown} as {name}", host=door.host, port=door.port, name=name.name)
        for name in topology.dns.names
        if door.host in {str(address) for address in name.addresses}
    )


def inner_doors(cluster: Cluster) -> tuple[Door, ...]:
    """The API as pods of its cluster reach it: the first address of the Service network."""
    return tuple(
        Door(shown=f"API Service {host} of {cluster}", host=host, port=_SERVICE)
        for host in (str(cidr.network[1]) for cidr in cluster.services[:1])
    )


def product_doors(reservation: Reservation) -> tuple[Door, ...]:
    """The ports of a reserved address that speak HTTP."""
    return tuple(
        Door(
            shown=f"{reservation} port {port.number}",
            host=str(reservation.address),
            port=port.number,
            path="/",
            tls=port.application == "https",
            name=next(iter(reservation.tls_names), None),
        )
        for port in reservation.ports
        if port.protocol == "TCP" and port.application in _SPEAKS_HTTP
    )


def callers(topology: Topology, cluster: Cluster) -> tuple[tuple[Vantage, Door], ...]:
    """Who calls the API of a cluster, and by what: hosts from outside, then those inside."""
    outside = (*api_doors(cluster), *named_doors(topology, cluster))
    return (
        *((vantage, door) for vantage in hosts(topology) for door in outside),
        *(
            (vantage, door)
            for vantage in insiders(topology, cluster)
            for door in inner_doors(cluster)
        ),
    )


def read(door: Door, *, again: bool = False) -> str:
    """The name of the question what time it is behind a door."""
    name = f" as {door.name}" if door.name else ""
    return f"clock of {door.host} port {door.port}{name}{' again' if again else ''}"


def called(scene: Scene) -> Iterator[Question]:
    """The first look of everybody at the API of each cluster, which shows its certificate too."""
    for cluster in scene.topology.clusters:
        for vantage, door in callers(scene.topology, cluster):
            yield _question(scene, vantage, door)


def asked(scene: Scene) -> Iterator[Question]:
    """Every clock, from every vantage point that reads it."""
    topology = scene.topology
    for cluster in topology.clusters:
        for vantage in hosts(topology):
            for door in api_doors(cluster):
                yield from _twice(scene, vantage, door)
            for door in named_doors(topology, cluster):
                yield _question(scene, vantage, door)
        for door in inner_doors(cluster):
            for vantage in insiders(topology, cluster):
                yield from _twice(scene, vantage, door)
    for reservation in topology.reservations:
        for vantage in hosts(topology):
            for door in product_doors(reservation):
                yield _question(scene, vantage, door, again=True)


def _name(host: str) -> str | None:
    """The host where it is a name: an address is no SNI (RFC 6066, section 3)."""
    return host if address_of(host) is None else None


def _twice(scene: Scene, vantage: Vantage, door: Door) -> Iterator[Question]:
    yield _question(scene, vantage, door)
    yield _question(scene, vantage, door, again=True)


def _question(scene: Scene, vantage: Vantage, door: Door, *, again: bool = False) -> Question:
    step = Step(
        transport="tls" if door.tls else "tcp",
        host=door.host,
        port=door.port,
        server_name=door.name if door.tls else None,
        request=Request(method="GET", path=door.path, host=door.name or in_url(door.host)),
        read="head",
    )
    return Question(
        vantage=vantage.name,
        name=read(door, again=again),
        probe=probe(scene.topology.budgets, step),
        until=(lambda _: True) if again else None,
    )
