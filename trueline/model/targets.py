"""Where flows lead to: address, port and what is planned to speak there. Values only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trueline.model.address import Address, address_of, in_url
from trueline.model.places import hosts, standing
from trueline.model.product import Product
from trueline.model.topology import Cluster, Flow, Port, Reservation, Topology, Vm

OTLP_HTTP = 4318  # OTLP's own port where HTTP carries it


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A planned port that flows lead to. `end` names it as flows do.

    `speaks` is the planned application, None where the plan leaves it open; `names` what its
    certificate must carry and `trust` the bundle that it leads to; `api` the cluster whose API it
    is. `owner` is where it is declared, None for an API that no VM stands for.
    """

    end: str
    host: str
    port: int
    protocol: str
    speaks: str | None
    names: tuple[str, ...] = ()
    trust: str | None = None
    api: str | None = None
    product: Product | None = None
    owner: Reservation | Vm | None = None

    def __str__(self) -> str:
        return f"{self.end} port {self.port}/{self.protocol}"

    @property
    def address(self) -> Address | None:
        """The host as an address; None for a name."""
        return address_of(self.host)

    @property
    def server_name(self) -> str | None:
        """The name that a client asks for in TLS; None where it only has an address."""
        every = (*self.names, self.host)
        return next((name for name in every if address_of(name) is None), None)

    @property
    def authority(self) -> str:
        """What a client writes into the header Host."""
        return self.server_name if self.server_name is not None else in_url(self.host)


def of_flow(topology: Topology, flow: Flow) -> Target | None:
    """The target of a flow to a reservation, a VM or an API; None for every other end.

    None as well where the plan does not declare it or gives it no address, or the flow no port.
    """
    if flow.target.startswith("api:"):
        for cluster in topology.clusters:
            if flow.target == f"api:{cluster}":
                return of_api(cluster, flow.port)
    if flow.port is None:
        return None
    for item in topology.reservations:
        if flow.target == f"reservation:{item}":
            return of_reservation(topology, item, flow.port)
    for vm in topology.vms:
        if flow.target == f"vm:{vm}":
            return of_vm(topology, vm, flow.port)
    return None


def of_reservation(topology: Topology, item: Reservation, port: Port) -> Target:
    """A port of a reserved address."""
    end = f"reservation:{item}"
    product = product_at(topology, end)
    return Target(
        end=end,
        host=str(item.address),
        port=port.number,
        protocol=port.protocol,
        speaks=port.application or _planned(item.ports, port),
        names=item.tls_names,
        trust=item.tls_ca,
        product=product,
        owner=item,
    )


def of_vm(topology: Topology, item: Vm, port: Port) -> Target | None:
    """A port of a VM; None where it has no address."""
    if item.address is None:
        return None
    for cluster in topology.clusters:
        api = of_api(cluster, port)
        if api is not None and (api.host, api.port) == (str(item.address), port.number):
            return api
    end = f"vm:{item.name}"
    product = product_at(topology, end)
    kind = product.kind if product is not None and product.kind in ("redis", "mysql") else None
    return Target(
        end=end,
        host=str(item.address),
        port=port.number,
        protocol=port.protocol,
        speaks=port.application or _planned(item.ports, port) or kind,
        product=product,
        owner=item,
    )


def of_api(cluster: Cluster, port: Port | None = None) -> Target | None:
    """The API of a cluster at its planned endpoint; None where the plan names none."""
    endpoint = cluster.endpoint
    if endpoint is None:
        return None
    return Target(
        end=f"api:{cluster}",
        host=endpoint.host,
        port=port.number if port is not None else endpoint.port,
        protocol="TCP",
        speaks="https",
        names=(endpoint.host,),
        api=cluster.name,
    )


def product_at(topology: Topology, end: str) -> Product | None:
    """The product that the plan puts behind an end."""
    return next((item for item in topology.products if item.target == end), None)


def reservation_of(topology: Topology, product: Product) -> Reservation | None:
    """The reservation that a product stands behind; None where it has none."""
    return next(
        (item for item in topology.reservations if product.target == f"reservation:{item}"), None
    )


def of_product(topology: Topology, product: Product) -> Iterator[Target]:
    """Every TCP port of a product behind a reservation, in the order of the plan."""
    where = reservation_of(topology, product)
    if where is not None:
        for port in where.ports:
            if port.protocol == "TCP":
                yield of_reservation(topology, where, port)


def web(topology: Topology, product: Product) -> Target | None:
    """The port on which a product is asked over HTTP: by TLS where that is planned too.

    OTLP's own port is for spans alone, and answers nothing else.
    """
    found = [item for item in of_product(topology, product) if item.port != OTLP_HTTP]
    for spoken in ("https", "http"):
        for item in found:
            if item.speaks == spoken:
                return item
    return None


def reader(topology: Topology, product: Product) -> str | None:
    """The vantage point that reads from a product: a host, else the pods of its own cluster."""
    for host in hosts(topology):
        return host
    cluster = product.target.partition(":")[2].partition("/")[0]
    return standing(topology, f"pods:{cluster}")


def observers(topology: Topology) -> tuple[tuple[str, str | None], ...]:
    """(vantage point, its cluster) from which everything is tried: hosts, and pods of each cluster.

    The pods are those that no namespace is named for.
    """
    outside = [(name, None) for name in hosts(topology)]
    pods = [(standing(topology, f"pods:{item}"), item.name) for item in topology.clusters]
    return (*outside, *((name, cluster) for name, cluster in pods if name is not None))


def _planned(ports: tuple[Port, ...], port: Port) -> str | None:
    """What is planned to speak on a port that is named by its number alone."""
    same = (item for item in ports if (item.number, item.protocol) == (port.number, port.protocol))
    return next((item.application for item in same), None)
