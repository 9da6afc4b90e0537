"""Observed facts: what the clusters and the wire said, when, where asked, and what stayed unseen.

What one question came to (`observed`) and what a segment said (`frame`) have modules of their own,
which who sweeps a segment can import without the facts of clusters; their names are here too.
"""

from __future__ import annotations

from dataclasses import dataclass

from trueline.model.address import Address, Range
from trueline.model.frame import SegmentFacts as SegmentFacts
from trueline.model.frame import Wire as Wire
from trueline.model.observed import NotObserved as NotObserved
from trueline.model.observed import Observation as Observation
from trueline.model.observed import Observed as Observed
from trueline.model.observed import Unobserved as Unobserved

# What facts that were stored before this list was asked for say of it.
NOT_LISTED = Unobserved(reason="it was not listed", at=0.0, source="nothing", vantage="nowhere")


# --- Kubernetes -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityFact:
    """What makes a cluster itself: API CA and kube-system UID, never a name or a ClusterIP.

    `ca` is the PEM of that CA, as far as the kubeconfig names one.
    """

    server: str
    ca_sha256: str
    kube_system_uid: str
    version: str
    ca: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFact:
    """A Node object."""

    name: str
    addresses: tuple[Address, ...]
    pod_cidrs: tuple[str, ...]
    roles: frozenset[str]
    ready: bool
    schedulable: bool
    labels: dict[str, str]
    kubelet_version: str
    flannel_public_ip: str | None
    flannel_public_ipv6: str | None = None
    network_unavailable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PortFact:
    """One port of a Service."""

    name: str
    port: int
    protocol: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFact:
    """A Service object; `annotations` holds only those that steer load balancers."""

    namespace: str
    name: str
    type: str
    cluster_ips: tuple[Address, ...]
    ingress: tuple[Address, ...]
    ports: tuple[PortFact, ...]
    annotations: dict[str, str]
    load_balancer_ip: str | None
    load_balancer_class: str | None
    external_traffic_policy: str | None
    source_ranges: tuple[str, ...]
    selector: dict[str, str]

    @property
    def key(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointFact:
    """One address of an EndpointSlice; `service` is `namespace/name`, None without the label.

    `pod` is the `namespace/name` of the Pod behind the address, None for a hand-made endpoint;
    `ports` are (number, protocol) of what it takes there.
    """

    service: str | None
    slice: str
    address: Address
    ready: bool
    node: str | None
    pod: str | None = None
    ports: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFact:
    """A NetworkPolicy object; `whole` when it selects every pod of its namespace."""

    namespace: str
    name: str
    types: frozenset[str]
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookFact:
    """One admission webhook; `name` is `configuration/webhook`.

    `service` is the `namespace/name` it is called at, None where that is a URL outside; `required`
    whether the API refuses what it cannot ask the webhook about.
    """

    name: str
    service: str | None
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedFact:
    """How a container was ended the last time; `times` is how often it was so far.

    `at` is by the clock of its node; when it was started anew where nobody knows when it was ended.
    """

    container: str
    at: float
    code: int | None
    reason: str
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PodFact:
    """A Pod; `images` by container.

    `arguments` holds the network flags (`--service-cluster-ip-range=...` and the like) of the
    containers of kube-system and of the load balancer, never a whole command line. `restarts` is
    how often containers were started anew, `ended` which were ended (nothing in older stores).
    """

    namespace: str
    name: str
    node: str | None
    ips: tuple[Address, ...]
    phase: str
    ready: bool
    host_network: bool
    labels: dict[str, str]
    images: dict[str, str]
    restarts: int
    arguments: tuple[str, ...] = ()
    ended: tuple[EndedFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadFact:
    """A Deployment or a DaemonSet: how many replicas are wanted and ready."""

    kind: str
    namespace: str
    name: str
    labels: dict[str, str]
    desired: int
    ready: int
    images: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCidrFact:
    """A ServiceCIDR object (networking.k8s.io/v1); `cidrs` are the masked, effective networks."""

    name: str
    cidrs: tuple[str, ...]
    ready: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFact:
    """A MetalLB IPAddressPool."""

    name: str
    ranges: tuple[Range, ...]
    auto_assign: bool
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectorFact:
    """A Kubernetes label selector: exact labels, and (key, operator, values) expressions."""

    match_labels: dict[str, str]
    expressions: tuple[tuple[str, str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertisementFact:
    """A MetalLB L2Advertisement. No pools and no selectors means every pool."""

    name: str
    pools: tuple[str, ...]
    pool_selectors: tuple[SelectorFact, ...]
    node_selectors: tuple[SelectorFact, ...]
    interfaces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedFact:
    """An ExternalSecret, or a store that it is read from (`kind`): its condition Ready.

    `ready` is None before the operator has said anything. `store` is the `namespace/name` of the
    SecretStore (the bare name of a ClusterSecretStore) that an ExternalSecret names.
    """

    kind: str
    namespace: str
    name: str
    ready: bool | None
    reason: str
    message: str
    store: str | None = None

    @property
    def key(self) -> str:
        """`namespace/name`, the bare name of what belongs to the whole cluster."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFact:
    """An Application of Argo CD: whether it is as in Git (`sync`) and runs (`health`).

    `destination` is the server or the name of the cluster that it is deployed to; `conditions` are
    what is wrong with it.
    """

    namespace: str
    name: str
    sync: str
    health: str
    destination: str
    conditions: tuple[str, ...]

    @property
    def key(self) -> str:
        """`namespace/name`."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseFact:
    """A node's lease: when its kubelet renewed it, and when the API server wrote that down.

    Both in seconds since the epoch, `renewed` by the clock of the node, `written` by that of the
    API server in whole seconds; None where the API does not say so.
    """

    node: str
    renewed: float | None
    written: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventFact:
    """An Event about a Service; events expire (one hour by default), so they only ever explain."""

    namespace: str
    object: str
    reason: str
    message: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterFacts:
    """Everything one cluster's API said, facet by facet; a refused list is a gap of its own.

    `moving` names what was still changing when the facts were taken (a rollout in progress, a young
    pod not yet ready, a young Service without an address): a reason to look again, never a verdict.
    `mesh_roots` are (namespace, PEM) of the root certificate that the mesh puts in each namespace.
    """

    name: str
    identity: Observed[IdentityFact]
    nodes: Observed[tuple[NodeFact, ...]]
    services: Observed[tuple[ServiceFact, ...]]
    endpoints: Observed[tuple[EndpointFact, ...]]
    pods: Observed[tuple[PodFact, ...]]
    workloads: Observed[tuple[WorkloadFact, ...]]
    service_cidrs: Observed[tuple[ServiceCidrFact, ...]]
    pools: Observed[tuple[PoolFact, ...]]
    pool_labels: Observed[dict[str, dict[str, str]]]
    advertisements: Observed[tuple[AdvertisementFact, ...]]
    events: Observed[tuple[EventFact, ...]]
    moving: Observed[tuple[str, ...]]
    policies: Observed[tuple[PolicyFact, ...]] = NOT_LISTED
    external_secrets: Observed[tuple[SyncedFact, ...]] = NOT_LISTED
    secret_stores: Observed[tuple[SyncedFact, ...]] = NOT_LISTED
    applications: Observed[tuple[ApplicationFact, ...]] = NOT_LISTED
    mesh_roots: Observed[tuple[tuple[str, str], ...]] = NOT_LISTED
    leases: Observed[tuple[LeaseFact, ...]] = NOT_LISTED
    webhooks: Observed[tuple[WebhookFact, ...]] = NOT_LISTED


# --- the wire -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What the APIs said in one run, observed once and shared by every worker."""

    clusters: dict[str, ClusterFacts]
