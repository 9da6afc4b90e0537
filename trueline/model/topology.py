"""The declared intent as values. `at` is the line each value was written on.

Names (of clusters, segments, VMs, vantage points) are unique and are how one part refers to
another. Order is the order of the file, which makes test ids stable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from trueline.model.address import Address, Cidr, Range
from trueline.model.drill import Drill
from trueline.model.endpoint import Endpoint
from trueline.model.mesh import Mesh
from trueline.model.product import NO_INGRESS, PROBE_PODS, Ingress, ProbePods, Product, Trust
from trueline.model.source import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A layer-2 network on which nodes, VMs and load-balancer addresses live."""

    name: str
    cidr: Cidr
    gateway: Address | None
    dhcp: tuple[Range, ...]
    at: Source

    def __str__(self) -> str:
        return self.name

    @property
    def unusable(self) -> tuple[Address, ...]:
        """What no host may have: the network address and, in IPv4, the broadcast address.

        RFC 919 and RFC 4291, section 2.6.1; links of two addresses have neither (RFC 3021, 6164).
        """
        network = self.cidr.network
        if network.num_addresses <= 2:
            return ()
        if network.version == 6:
            return (network.network_address,)
        return (network.network_address, network.broadcast_address)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A planned node. `role` is `control-plane` or `worker`."""

    cluster: str
    name: str
    role: str
    addresses: tuple[Address, ...]
    at: Source

    def __str__(self) -> str:
        return f"{self.cluster}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port with its transport (`TCP` or `UDP`) and, where planned, what speaks on it."""

    number: int
    protocol: str
    application: str | None = None

    def __str__(self) -> str:
        return f"{self.number}/{self.protocol}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """A planned load-balancer pool; `advertise` is `l2`, or `none` for a pool kept silent."""

    cluster: str
    name: str
    segment: str
    ranges: tuple[Range, ...]
    auto_assign: bool
    advertise: str
    at: Source

    def __str__(self) -> str:
        return f"{self.cluster}/{self.name}"

    def holds(self, address: Address) -> bool:
        """Whether one of the pool's ranges holds the address."""
        return any(part.holds(address) for part in self.ranges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """An address promised to one Service (`owner` is `namespace/service`).

    `answers` is a text that its HTTP answers contain and nobody else's, where the plan gives one.
    """

    cluster: str
    name: str
    address: Address
    owner: str
    ports: tuple[Port, ...]
    tls_names: tuple[str, ...]
    at: Source
    tls_ca: str | None = None
    answers: str | None = None

    def __str__(self) -> str:
        return f"{self.cluster}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Pins of a cluster's identity; None where the plan leaves it open."""

    ca_sha256: str | None
    kube_system_uid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cni:
    """The pod network: `kind` (`flannel`, `other`), and whether policies are enforced."""

    kind: str
    backend: str | None
    policy_enforced: bool
    at: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancer:
    """The load balancer of a cluster: `kind` (`metallb`, `other`), living in `namespace`.

    `metrics_port` is where each speaker tells its metrics at the address of its node; None where
    it tells none.
    """

    kind: str
    namespace: str
    pools: tuple[Pool, ...]
    reservations: tuple[Reservation, ...]
    at: Source
    metrics_port: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One planned cluster. `context` names the kubeconfig context, `api` the endpoint URL.

    `api` and `dns_service` are None, and `node_prefix` (family to prefix length of one node's
    pod range) is empty, where the plan leaves them open.
    """

    name: str
    context: str
    kubeconfig: str | None
    api: str | None
    identity: Identity
    versions: dict[str, str]
    cni: Cni
    segment: str
    pods: tuple[Cidr, ...]
    node_prefix: dict[int, int]
    services: tuple[Cidr, ...]
    dns_service: Address | None
    nodes: tuple[Node, ...]
    load_balancer: LoadBalancer | None
    at: Source

    @property
    def endpoint(self) -> Endpoint | None:
        """Where `api` leads."""
        return Endpoint.of(self.api)

    @property
    def control_planes(self) -> tuple[Node, ...]:
        """The nodes with an API server, in the order of the file."""
        return tuple(node for node in self.nodes if node.role == "control-plane")

    @property
    def metallb(self) -> LoadBalancer | None:
        """The load balancer where it is MetalLB; how any other one works is not known here."""
        balancer = self.load_balancer
        return balancer if balancer and balancer.kind == "metallb" else None

    @property
    def pools(self) -> tuple[Pool, ...]:
        """The load-balancer pools, in the order of the file."""
        return self.load_balancer.pools if self.load_balancer else ()

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """The reserved addresses, in the order of the file."""
        return self.load_balancer.reservations if self.load_balancer else ()

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Vm:
    """A virtual machine outside the clusters; `address` is None where the plan gives none."""

    name: str
    segment: str
    address: Address | None
    ports: tuple[Port, ...]
    at: Source

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A DNS zone and the server that is its authority (None where the plan names none).

    `max_ttl` bounds the time to live of its records, in seconds.
    """

    name: str
    authority: str | None
    at: Source
    max_ttl: int | None = None

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A DNS name, what it must resolve to, and the vantage points that must resolve it.

    `reverse` says that its addresses lead back to it.
    """

    name: str
    addresses: tuple[Address, ...]
    vantages: tuple[str, ...]
    at: Source
    reverse: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Dns:
    """The naming plan."""

    zones: tuple[Zone, ...]
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A flow that must work (`expected` true) or must fail.

    `source` and `target` are `vantage:NAME`, `pods:CLUSTER`, `pods:CLUSTER/NAMESPACE`,
    `nodes:CLUSTER`, `api:CLUSTER`, `reservation:CLUSTER/NAME`, `pool:CLUSTER/NAME` (its addresses
    that nobody reserved), `services:CLUSTER`, `vm:NAME` or `segment:NAME`.
    """

    name: str
    source: str
    target: str
    port: Port | None
    expected: bool
    at: Source

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A planned network policy stance of one namespace: what may enter, all else denied.

    `ports` bounds the pods' ports that may be entered; empty means every port.
    """

    cluster: str
    namespace: str
    allow_from: tuple[str, ...]
    at: Source
    ports: tuple[Port, ...] = ()

    def __str__(self) -> str:
        return f"{self.cluster}/{self.namespace}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vantage:
    """Where a probe stands: `kind` is `host` (this process), `pod`, `node` or `ssh`.

    `pod` is the `namespace/name` of a running pod with Python 3 in which probes may be run; None
    lets the run start one, in `namespace`, with `service_account`, on `node`. `host` is what ssh
    connects to. With `in_mesh` a sidecar carries what the pod sends.
    """

    name: str
    kind: str
    cluster: str | None
    segment: str | None
    at: Source
    pod: str | None = None
    namespace: str | None = None
    service_account: str | None = None
    node: str | None = None
    host: str | None = None
    in_mesh: bool = False

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Budgets:
    """Time limits, in seconds. `arp_window` below 0.83 cannot prove that an address is silent."""

    api_timeout: float
    arp_window: float
    convergence: float
    connect_timeout: float
    answer_timeout: float = 5.0
    dns_latency: float = 0.5
    round_trip: float = 15.0
    clock_skew: float = 2.0
    failover: float = 10.0
    certificate_left: float = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """A known deviation: which requirement, of what, owned by whom, why, and until when."""

    requirement: str
    subject: str
    owner: str
    reason: str
    expires: date
    at: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Topology:
    """The whole plan. `runs_in` is `lab` when its addresses exist only inside the lab."""

    name: str
    runs_in: str
    segments: tuple[Segment, ...]
    clusters: tuple[Cluster, ...]
    vms: tuple[Vm, ...]
    dns: Dns
    flows: tuple[Flow, ...]
    mesh: Mesh | None
    policies: tuple[Policy, ...]
    vantages: tuple[Vantage, ...]
    budgets: Budgets
    exemptions: tuple[Exemption, ...]
    at: Source
    products: tuple[Product, ...] = ()
    ingress: Ingress = NO_INGRESS
    trust: tuple[Trust, ...] = ()
    probes: ProbePods = PROBE_PODS
    drills: tuple[Drill, ...] = ()

    def __str__(self) -> str:
        return self.name

    def cluster(self, name: str) -> Cluster:
        """The cluster of that name. Raises KeyError."""
        return {cluster.name: cluster for cluster in self.clusters}[name]

    def segment(self, name: str) -> Segment:
        """The segment of that name. Raises KeyError."""
        return {segment.name: segment for segment in self.segments}[name]

    def vantage(self, name: str) -> Vantage:
        """The vantage point of that name. Raises KeyError."""
        return {vantage.name: vantage for vantage in self.vantages}[name]

    @property
    def reservations(self) -> tuple[Reservation, ...]:
        """Every cluster's reservations, in the order of the file."""
        return tuple(item for cluster in self.clusters for item in cluster.reservations)

    @property
    def pools(self) -> tuple[Pool, ...]:
        """Every cluster's pools, in the order of the file."""
        return tuple(item for cluster in self.clusters for item in cluster.pools)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Every cluster's nodes, in the order of the file."""
        return tuple(item for cluster in self.clusters for item in cluster.nodes)
