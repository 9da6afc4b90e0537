"""How a cluster is set up, beyond the facts that a run is judged by: what a plan is drafted from.

Read once, by discovery. Every list is an `Observed` of its own, as in `ClusterFacts`.
"""

from __future__ import annotations

from dataclasses import dataclass

from trueline.model.observation import NOT_LISTED, Observed


@dataclass(frozen=True, slots=True, kw_only=True)
class FlannelFact:
    """Flannel's net-conf.json: its pod networks (CIDRs as text) and its back end."""

    networks: tuple[str, ...]
    backend: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardFact:
    """A server block of CoreDNS for a zone; `servers` are those that it forwards to.

    A zone that CoreDNS answers for by itself has none.
    """

    zone: str
    servers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HintFact:
    """What a Service says of itself: names for its address, and what speaks on its ports.

    `hostnames` are of external-dns's annotation; `applications` map a port to its appProtocol.
    """

    service: str
    hostnames: tuple[str, ...]
    applications: dict[int, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricsFact:
    """The port that a container of a DaemonSet names `monitoring`; `owner` is `namespace/name`."""

    owner: str
    container: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerFact:
    """One peer of a rule: pods (of `namespace`, None: of every one), or a `block` (CIDR).

    `other` says in words what neither can express.
    """

    namespace: str | None = None
    block: str | None = None
    other: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFact:
    """One ingress rule: its peers (None: everybody), and (number, protocol) of its ports.

    `other` says in words which part of it is neither.
    """

    peers: tuple[PeerFact, ...] | None
    ports: tuple[tuple[int, str], ...]
    other: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantFact:
    """What a NetworkPolicy lets in; `whole` when it selects every pod of its namespace."""

    namespace: str
    name: str
    whole: bool
    rules: tuple[RuleFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFact:
    """A port of an Istio Gateway: its hosts, and how TLS is treated (`SIMPLE`, ...; None: not)."""

    port: int
    protocol: str
    hosts: tuple[str, ...]
    tls: str | None
    redirect: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayFact:
    """An Istio Gateway; `key` is `namespace/name`, `selector` picks the pods that serve it."""

    key: str
    selector: dict[str, str]
    servers: tuple[ServerFact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualServiceFact:
    """An Istio VirtualService: hosts, gateways (`namespace/name`), `namespace/service` it leads to.

    `services` is every Service that one of its HTTP routes names.
    """

    key: str
    hosts: tuple[str, ...]
    gateways: tuple[str, ...]
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAuthenticationFact:
    """An Istio PeerAuthentication; `whole` when it selects every pod of its namespace."""

    namespace: str
    whole: bool
    mode: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFacts:
    """The settings of one cluster. A refused list is a gap of its own.

    `pod_subnets` are kubeadm's; `trust_domains` those of the Istio control planes.
    """

    flannel: Observed[tuple[FlannelFact, ...]] = NOT_LISTED
    pod_subnets: Observed[tuple[str, ...]] = NOT_LISTED
    forwards: Observed[tuple[ForwardFact, ...]] = NOT_LISTED
    hints: Observed[tuple[HintFact, ...]] = NOT_LISTED
    metrics: Observed[tuple[MetricsFact, ...]] = NOT_LISTED
    grants: Observed[tuple[GrantFact, ...]] = NOT_LISTED
    trust_domains: Observed[tuple[str, ...]] = NOT_LISTED
    gateways: Observed[tuple[GatewayFact, ...]] = NOT_LISTED
    virtual_services: Observed[tuple[VirtualServiceFact, ...]] = NOT_LISTED
    peer_authentications: Observed[tuple[PeerAuthenticationFact, ...]] = NOT_LISTED
