"""What the gateways do with planned hosts and with strangers, over plain HTTP and over TLS."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.places import hosts
from trueline.model.probe import Request, Step
from trueline.model.product import Route
from trueline.model.topology import Reservation, Topology
from trueline.questions.question import Question, Scene, probe

STRANGER = "no-such-host.invalid"  # RFC 6761: never a name of anybody


def gateway(topology: Topology, route: Route) -> Reservation | None:
    """The reservation of the gateway that routes a host; None where the plan has no such one."""
    name = route.gateway.partition(":")[2]
    return next((item for item in topology.reservations if str(item) == name), None)


def plain(host: str, address: object, port: int) -> str:
    """The name of the question what a host gets over plain HTTP."""
    return f"http {host} at {address} port {port}"


def secure(host: str, address: object, port: int) -> str:
    """The name of the question what a host gets over TLS."""
    return f"https {host} at {address} port {port}"


def asked(scene: Scene) -> Iterator[Question]:
    """Every host vantage asks every gateway for its hosts, and for one that nobody has."""
    topology = scene.topology
    for route in topology.ingress.routes:
        where = gateway(topology, route)
        if where is None:
            continue
        address = str(where.address)
        for vantage in hosts(topology):
            for host in (route.host, STRANGER):
                request = Request(method="GET", path="/", host=host)
                if route.plain is not None:
                    step = Step(
                        transport="tcp",
                        host=address,
                        port=route.plain,
                        request=request,
                        read="close",
                    )
                    one = probe(topology.budgets, step)
                    yield Question(
                        vantage=vantage, name=plain(host, address, route.plain), probe=one
                    )
                if route.tls is not None:
                    step = Step(
                        transport="tls",
                        host=address,
                        port=route.tls,
                        server_name=host,
                        alpn=("http/1.1",),
                        request=request,
                        read="close",
                    )
                    one = probe(topology.budgets, step)
                    yield Question(
                        vantage=vantage, name=secure(host, address, route.tls), probe=one
                    )
