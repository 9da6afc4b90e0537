"""The parts of a network that claims are about: what a subject needs to be well.

A part is `kind:name`, as `address:192.0.2.9`, `pool:main/public`, `dns:app`. A claim about a
subject depends on all that the subject needs; one that fails takes something away from all who
need it.
"""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.drill import Drill
from trueline.model.fronts import front_of, fronts
from trueline.model.mesh import Workload
from trueline.model.naming import Authority, authority_address, home
from trueline.model.product import Product, Route
from trueline.model.subject import (
    Access,
    DataSource,
    Delivery,
    HostAddress,
    Link,
    Placement,
    SilentAddress,
)
from trueline.model.targets import reservation_of
from trueline.model.topology import (
    Cluster,
    Flow,
    Name,
    Node,
    Policy,
    Pool,
    Reservation,
    Segment,
    Topology,
    Vantage,
    Vm,
    Zone,
)


def own(subject: object) -> tuple[str, ...]:
    """The parts that a subject itself is, the most particular first."""
    return tuple(dict.fromkeys(_own(subject)))


def about(subject: object) -> tuple[str, ...]:
    """The parts that a claim about a subject is shown at: its own, and those that it belongs to.

    What is delivered into a product, logs in to it or is deployed by it is shown at the product,
    an address that nobody reserved at its pool.
    """
    found = list(own(subject))
    product = getattr(subject, "product", None)
    if isinstance(product, Product):
        found.append(f"product:{product}")
    if isinstance(subject, Delivery):
        sender = subject.sender
        found.append(f"path:pods:{sender.cluster}/{sender.namespace}>{subject.product.target}")
    if isinstance(subject, SilentAddress):
        found.append(f"pool:{subject.cluster}/{subject.pool}")
    if isinstance(subject, Topology):
        found.append(f"plan:{subject}")
    return tuple(found)


def needs(subject: object, topology: Topology) -> frozenset[str]:
    """Every part that a subject needs, itself included."""
    return frozenset((*_own(subject), *_needs(subject, topology)))


def _own(subject: object) -> Iterator[str]:
    if isinstance(subject, tuple):
        for part in subject:
            yield from _own(part)
    elif isinstance(subject, Cluster):
        yield f"cluster:{subject}"
    elif isinstance(subject, Reservation):
        yield f"address:{subject.address}"
        yield f"service:{subject.cluster}/{subject.owner}"
    elif isinstance(subject, (HostAddress, SilentAddress)):
        yield f"address:{subject.address}"
    elif isinstance(subject, Flow):
        yield f"path:{subject.source}>{subject.target}"
    elif isinstance(subject, Delivery):
        sender = subject.sender
        yield f"delivery:{subject.product}<{sender.cluster}/{sender.namespace}"
    elif isinstance(subject, Access):
        yield f"login:{subject.product}<{subject.login.cluster}"
    elif isinstance(subject, Placement):
        yield f"object:{subject.deploy.name}"
    elif isinstance(subject, Link):
        yield f"link:{subject.product}>{subject.cluster}"
    elif isinstance(subject, DataSource):
        yield f"source:{subject.product}/{subject.name}"
    elif type(subject) in _NAMED:
        yield f"{_NAMED[type(subject)]}:{subject}"


_NAMED: dict[type, str] = {
    Authority: "authority",
    Drill: "drill",
    Name: "name",
    Node: "node",
    Policy: "policy",
    Pool: "pool",
    Product: "product",
    Route: "route",
    Segment: "segment",
    Vantage: "vantage",
    Vm: "vm",
    Workload: "workload",
    Zone: "zone",
}


def _needs(subject: object, topology: Topology) -> Iterator[str]:
    if isinstance(subject, tuple):
        for part in subject:
            yield from _needs(part, topology)
    elif isinstance(subject, Cluster):
        yield from _of_cluster(subject.name)
        yield f"metallb:{subject}"
        yield from (f"{kind}:{pool}" for pool in subject.pools for kind in ("pool", "room"))
        yield from (f"vm:{vm}" for vm in front_of(topology, subject))
    elif isinstance(subject, Reservation):
        yield from _of_reservation(subject, topology)
    elif isinstance(subject, (Node, Policy)):
        yield from _of_cluster(subject.cluster)
    elif isinstance(subject, (Pool, Drill)):
        yield from _of_cluster(subject.cluster)
        yield f"metallb:{subject.cluster}"
        if isinstance(subject, Drill) and subject.name:
            yield from _of_end(f"reservation:{subject.cluster}/{subject.name}", topology)
    elif isinstance(subject, Vantage):
        yield from _of_cluster(subject.cluster) if subject.cluster else ()
    elif isinstance(subject, SilentAddress):
        yield from _of_cluster(subject.cluster)
        yield f"metallb:{subject.cluster}"
        yield f"pool:{subject.cluster}/{subject.pool}"
    elif isinstance(subject, Vm):
        yield from (f"cluster:{cluster}" for cluster in fronts(topology, subject))
    elif isinstance(subject, (Name, Zone, Authority)):
        yield from _of_names(subject, topology)
    elif isinstance(subject, Flow):
        yield from _of_end(subject.source, topology)
        yield from _of_end(subject.target, topology)
    elif isinstance(subject, Route):
        yield from _of_end(subject.gateway, topology)
        yield f"service:{subject.gateway.partition(':')[2].partition('/')[0]}/{subject.service}"
    elif isinstance(subject, Workload):
        yield from _of_workload(subject, topology)
    else:
        yield from _of_product(subject, topology)


def _of_product(subject: object, topology: Topology) -> Iterator[str]:
    """What needs a product: what is delivered into it, logs in to it, is deployed by it."""
    product = subject if isinstance(subject, Product) else getattr(subject, "product", None)
    if not isinstance(product, Product):
        return
    yield f"product:{product}"
    yield from _of_end(product.target, topology)
    yield from _of_calls(product, topology)
    if isinstance(subject, Delivery):
        source = f"pods:{subject.sender.cluster}/{subject.sender.namespace}"
        yield f"path:{source}>{product.target}"
        yield from _of_end(source, topology)
    elif isinstance(subject, Access):
        yield from _of_cluster(subject.login.cluster)
    elif isinstance(subject, Placement):
        yield f"link:{product}>{subject.deploy.cluster}"
        yield from _of_cluster(subject.deploy.cluster)
        if subject.deploy in product.synced:
            yield from _names_of(product, topology)
    elif isinstance(subject, Link):
        yield from _of_cluster(subject.cluster)
    elif isinstance(subject, DataSource):
        target = next((item for item in topology.products if item.name == subject.target), None)
        yield f"product:{subject.target}"
        yield from _of_end(target.target, topology) if target is not None else ()


def _names_of(product: Product, topology: Topology) -> Iterator[str]:
    """The names of a product, by which those who come from another cluster may call it."""
    where = reservation_of(topology, product)
    if where is not None:
        for name in topology.dns.names:
            if where.address in name.addresses:
                yield from _own(name)
                yield from (f"zone:{zone}" for zone in _zones(name, topology))


def _of_calls(product: Product, topology: Topology) -> Iterator[str]:
    """What a product is planned to call: a database, the API of a cluster."""
    where = reservation_of(topology, product)
    if where is not None:
        source = f"pods:{where.cluster}/{where.owner.partition('/')[0]}"
        for flow in topology.flows:
            if flow.expected and flow.source == source:
                yield from _of_end(flow.target, topology)


def _of_cluster(cluster: str) -> Iterator[str]:
    """What everything in a cluster needs; MetalLB is needed by what it gives addresses to."""
    for kind in ("cluster", "nodes", "pods", "services", "dns", "policies", "clock"):
        yield f"{kind}:{cluster}"


def _of_reservation(item: Reservation, topology: Topology) -> Iterator[str]:
    yield from _own(item)
    yield from _of_cluster(item.cluster)
    yield f"metallb:{item.cluster}"
    yield f"announcers:{item.cluster}"
    yield f"policy:{item.cluster}/{item.owner.partition('/')[0]}"
    yield from (f"pool:{pool}" for pool in topology.pools if pool.holds(item.address))
    for product in topology.products:
        if product.target == f"reservation:{item}":
            yield f"product:{product}"


def _of_workload(workload: Workload, topology: Topology) -> Iterator[str]:
    """What a workload of the mesh needs: the way in through its cluster's gateway is among it."""
    yield from _of_cluster(workload.cluster)
    yield f"dates:{workload.cluster}"  # of certificates, by the clocks of the nodes
    for caller in workload.callers:
        yield from _of_end(f"vantage:{caller}", topology)
    for member in topology.mesh.members if topology.mesh else ():
        yield f"mesh:{member.cluster}"
        if member.cluster == workload.cluster and member.east_west is not None:
            gate = f"reservation:{member.cluster}/{member.east_west}"
            yield from _of_end(gate, topology)
            for flow in topology.flows:
                if flow.target == gate:
                    yield f"path:{flow.source}>{gate}"


def _of_end(end: str, topology: Topology) -> Iterator[str]:
    """What one end of a flow needs."""
    kind, _, name = end.partition(":")
    if kind == "reservation":
        for item in topology.reservations:
            if str(item) == name:
                yield from _of_reservation(item, topology)
    elif kind == "vm":
        yield f"vm:{name}"
        yield from (f"product:{item}" for item in topology.products if item.target == end)
    elif kind == "vantage":
        for vantage in topology.vantages:
            if vantage.name == name:
                yield from needs(vantage, topology)
    elif kind in ("pods", "nodes", "api", "services"):
        cluster, _, namespace = name.partition("/")
        yield from _of_cluster(cluster)
        if kind == "api":
            yield from (f"vm:{vm}" for vm in front_of(topology, topology.cluster(cluster)))
        elif namespace:
            yield f"policy:{name}"
            workloads = topology.mesh.workloads if topology.mesh else ()
            yield from (
                f"workload:{item}"
                for item in workloads
                if (item.cluster, item.namespace) == (cluster, namespace)
            )


def _of_names(subject: Name | Zone | Authority, topology: Topology) -> Iterator[str]:
    for zone in _zones(subject, topology):
        yield f"zone:{zone}"
        address = authority_address(topology, zone)
        if address is not None:
            yield f"authority:{address}"
            yield from _of_end(str(zone.authority), topology)
    if isinstance(subject, Name):
        yield from (f"address:{address}" for address in subject.addresses)
        for item in topology.reservations:
            if item.address in subject.addresses:
                yield f"service:{item.cluster}/{item.owner}"
        for vantage in topology.vantages:
            if vantage.name in subject.vantages and vantage.cluster:
                yield f"dns:{vantage.cluster}"


def _zones(subject: Name | Zone | Authority, topology: Topology) -> tuple[Zone, ...]:
    """The zones that a subject of the naming plan is about."""
    if isinstance(subject, Zone):
        return (subject,)
    if isinstance(subject, Name):
        zone = home(topology, subject)
        return () if zone is None else (zone,)
    return tuple(zone for zone in topology.dns.zones if zone.name in subject.zones)
