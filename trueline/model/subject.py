"""What the suites ask about one by one, derived from the declared intent alone.

Every name below is an entity fixture of the suites; its subjects come in the order of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice, permutations

from trueline.model.address import Address, Range
from trueline.model.drill import API_SERVER, CONTROLLER, DNS, FAILOVER, RECREATE, Drill
from trueline.model.naming import authorities, resolving
from trueline.model.product import Deploy, Login, Product, Sender
from trueline.model.source import Source
from trueline.model.topology import Cluster, Topology, Vantage

SILENT_LIMIT = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentAddress:
    """A load-balancer address nobody reserved."""

    cluster: str
    pool: str
    address: Address
    at: Source

    def __str__(self) -> str:
        return f"{self.cluster}/{self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class HostAddress:
    """The address of a machine on a segment: `kind` is `node`, `vm` or `gateway`.

    `name` is `cluster/node`, the name of the VM, or `segment/gateway`; `cluster` is None
    outside clusters.
    """

    name: str
    kind: str
    cluster: str | None
    segment: str
    address: Address
    at: Source

    def __str__(self) -> str:
        return f"{self.name}/{self.address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What one sender delivers into one product."""

    product: Product
    sender: Sender

    @property
    def at(self) -> Source:
        """Where the sender is planned."""
        return self.sender.at

    def __str__(self) -> str:
        return f"{self.product} from {self.sender.cluster}/{self.sender.namespace}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A login of workloads at one Vault."""

    product: Product
    login: Login

    @property
    def at(self) -> Source:
        """Where the login is planned."""
        return self.login.at

    def __str__(self) -> str:
        return f"{self.product} by {self.login.mount} as {self.login.role}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """What a product keeps in a cluster: an Application, or an ExternalSecret."""

    product: Product
    deploy: Deploy

    @property
    def at(self) -> Source:
        """Where it is planned."""
        return self.deploy.at

    def __str__(self) -> str:
        return f"{self.deploy.name} in {self.deploy.cluster}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An Argo CD and a cluster that it deploys to."""

    product: Product
    cluster: str

    @property
    def at(self) -> Source:
        """Where the product is planned."""
        return self.product.at

    def __str__(self) -> str:
        return f"{self.product} to {self.cluster}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """A data source of a Grafana. `target` is the name of the product that it reads."""

    product: Product
    name: str
    target: str

    @property
    def at(self) -> Source:
        """Where the product is planned."""
        return self.product.at

    def __str__(self) -> str:
        return f"{self.product} data source {self.name}"


def deliveries(topology: Topology, kind: str) -> Iterator[Delivery]:
    """Everything that is delivered into products of a kind."""
    for product in topology.products:
        if product.kind == kind:
            yield from (Delivery(product=product, sender=item) for item in product.senders)


def _kept(topology: Topology, kind: str) -> Iterator[Placement]:
    for product in topology.products:
        found = product.synced if kind == "synced" else product.deploys
        yield from (Placement(product=product, deploy=item) for item in found)


def _links(topology: Topology) -> Iterator[Link]:
    for product in topology.products:
        clusters = dict.fromkeys(item.cluster for item in product.deploys)
        yield from (Link(product=product, cluster=cluster) for cluster in clusters)


def _accesses(topology: Topology) -> Iterator[Access]:
    for product in topology.products:
        yield from (Access(product=product, login=item) for item in product.logins)


def _data_sources(topology: Topology) -> Iterator[DataSource]:
    for product in topology.products:
        for name, target in product.data_sources.items():
            yield DataSource(product=product, name=name, target=target)


def _drills(topology: Topology, kind: str) -> Iterator[Drill]:
    return (item for item in topology.drills if item.kind == kind)


def silent_addresses(topology: Topology) -> Iterator[SilentAddress]:
    """Every pool address that no cluster reserved; of each pool the first SILENT_LIMIT at most."""
    reserved = {item.address for item in topology.reservations}
    for pool in topology.pools:
        free = (
            address
            for part in pool.ranges
            for address in _addresses(part)
            if address not in reserved
        )
        for address in islice(free, SILENT_LIMIT):
            yield SilentAddress(cluster=pool.cluster, pool=pool.name, address=address, at=pool.at)


def _addresses(part: Range) -> Iterator[Address]:
    kind = type(part.first)
    return (kind(number) for number in range(int(part.first), int(part.last) + 1))


def host_addresses(topology: Topology) -> Iterator[HostAddress]:
    """The addresses of gateways, nodes and VMs."""
    for segment in topology.segments:
        if segment.gateway is not None:
            yield HostAddress(
                name=f"{segment.name}/gateway",
                kind="gateway",
                cluster=None,
                segment=segment.name,
                address=segment.gateway,
                at=segment.at,
            )
    for cluster in topology.clusters:
        for node in cluster.nodes:
            for address in node.addresses:
                yield HostAddress(
                    name=str(node),
                    kind="node",
                    cluster=cluster.name,
                    segment=cluster.segment,
                    address=address,
                    at=node.at,
                )
    for vm in topology.vms:
        if vm.address is not None:
            yield HostAddress(
                name=vm.name,
                kind="vm",
                cluster=None,
                segment=vm.segment,
                address=vm.address,
                at=vm.at,
            )


def cluster_pairs(topology: Topology) -> Iterator[tuple[Cluster, Cluster]]:
    """Every two clusters, the earlier of the file first."""
    return combinations(topology.clusters, 2)


def pod_vantages(topology: Topology) -> Iterator[Vantage]:
    """The vantage points in the pod network of a cluster, outside the mesh."""
    return (item for item in topology.vantages if item.kind == "pod" and not item.in_mesh)


SUBJECTS: dict[str, Callable[[Topology], Iterator[object]]] = {
    "cluster": lambda topology: iter(topology.clusters),
    "cluster_pair": cluster_pairs,
    "segment": lambda topology: iter(topology.segments),
    "node": lambda topology: iter(topology.nodes),
    "pool": lambda topology: iter(topology.pools),
    "reservation": lambda topology: iter(topology.reservations),
    "vm": lambda topology: iter(topology.vms),
    "flow": lambda topology: iter(topology.flows),
    "dns_name": lambda topology: iter(topology.dns.names),
    "zone": lambda topology: iter(topology.dns.zones),
    "silent_address": silent_addresses,
    "host_address": host_addresses,
    "pod_vantage": pod_vantages,
    "dns_authority": lambda topology: iter(authorities(topology)),
    "dns_vantage": lambda topology: iter(resolving(topology)),
    "policy": lambda topology: iter(topology.policies),
    "product": lambda topology: iter(topology.products),
    "workload": lambda topology: iter(topology.mesh.workloads if topology.mesh else ()),
    "route": lambda topology: iter(topology.ingress.routes),
    "planned_flow": lambda topology: (item for item in topology.flows if item.expected),
    "forbidden_flow": lambda topology: (item for item in topology.flows if not item.expected),
    "metric_delivery": lambda topology: deliveries(topology, "prometheus"),
    "log_delivery": lambda topology: deliveries(topology, "loki"),
    "span_delivery": lambda topology: deliveries(topology, "tempo"),
    "tenant_product": lambda topology: (item for item in topology.products if item.tenant),
    "access": _accesses,
    "synced_secret": lambda topology: _kept(topology, "synced"),
    "application": lambda topology: _kept(topology, "deploys"),
    "cluster_link": _links,
    "data_source": _data_sources,
    "drill": lambda topology: iter(topology.drills),
    "failover_drill": lambda topology: _drills(topology, FAILOVER),
    "recreate_drill": lambda topology: _drills(topology, RECREATE),
    "controller_drill": lambda topology: _drills(topology, CONTROLLER),
    "dns_drill": lambda topology: _drills(topology, DNS),
    "api_drill": lambda topology: _drills(topology, API_SERVER),
    "ordered_pair": lambda topology: permutations(topology.clusters, 2),
}


def named(subject: object) -> str:
    """The id of a subject in a report: its text or name; of a pair, both names with a dash."""
    if isinstance(subject, tuple):
        return "-".join(named(part) for part in subject)
    if type(subject).__str__ is not object.__str__:
        return str(subject)
    return str(getattr(subject, "name", None) or type(subject).__name__.lower())
