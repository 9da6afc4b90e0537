"""The schema of topology.yaml. The JSON Schema and the field reference are generated from here.

Only what a value must look like is judged here. Whether the plan agrees with itself (overlaps,
reservations outside their pools, flows to nowhere) is for the plan's requirements to say, so that
a wrong plan still loads and is judged.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from trueline.intent.fields import (
    Day,
    DnsName,
    End,
    Endpoint,
    Fingerprint,
    Flag,
    Name,
    Namespace,
    Owner,
    Pod,
    PortField,
    RequirementId,
    Text,
    Uuid,
    failure,
    number,
    whole,
    word,
)
from trueline.intent.forms import Addressed, Form
from trueline.intent.networks import AddressField, CidrField, RangeField
from trueline.intent.schema_drills import DrillsForm
from trueline.intent.schema_products import IngressForm, ProbesForm, ProductForm, WorkloadForm


class SegmentForm(Form):
    """A layer-2 network on which nodes, VMs and load-balancer addresses live."""

    cidr: CidrField = Field(description="The network, for example `192.168.64.0/24`.")
    gateway: AddressField | None = Field(
        default=None, description="The router's address, if planned."
    )
    dhcp: list[RangeField] = Field(
        default=[], description="What DHCP hands out: `FIRST-LAST` or a CIDR."
    )


class IdentityForm(Form):
    """What proves that an API endpoint is this cluster's. Context names prove nothing."""

    ca_sha256: Fingerprint | None = Field(
        default=None, description="SHA-256 of the API CA certificate (DER), in hexadecimal."
    )
    kube_system_uid: Uuid | None = Field(
        default=None, description="The `metadata.uid` of the kube-system namespace."
    )


class CniForm(Form):
    """The pod network."""

    kind: Annotated[str, word("flannel", "other")] = Field(description="Which CNI it is.")
    backend: Text | None = Field(
        default=None, description="How it carries packets, for example `vxlan`."
    )
    policy_enforced: Flag = Field(
        default=False,
        description="Whether something enforces NetworkPolicy. Flannel alone does not.",
    )


class NodePrefixForm(Form):
    """The size of one node's pod range, for each family."""

    ipv4: Annotated[int, whole(1, 32)] | None = Field(
        default=None, description="Prefix length, IPv4."
    )
    ipv6: Annotated[int, whole(1, 128)] | None = Field(
        default=None, description="Prefix length, IPv6."
    )


class NodeForm(Addressed):
    """A planned node."""

    role: Annotated[str, word("control-plane", "worker")] = Field(description="Its role.")


class PoolForm(Form):
    """A planned pool of load-balancer addresses."""

    segment: Name | None = Field(
        default=None, description="Where it lives; default: the cluster's."
    )
    addresses: list[RangeField] = Field(description="Its ranges: `FIRST-LAST` or a CIDR.")
    auto_assign: Flag = Field(
        default=True, description="Whether a Service that asks for no address may get one from it."
    )
    advertise: Annotated[str, word("l2", "none")] = Field(
        default="none",
        description="How its addresses are announced. MetalLB announces nothing by itself.",
    )


class ReservationForm(Form):
    """A load-balancer address promised to one Service."""

    address: AddressField = Field(description="The address.")
    service: Owner = Field(description="The one Service that may hold it: `NAMESPACE/SERVICE`.")
    ports: list[PortField] = Field(
        default=[],
        description="What it serves: `443/TCP`, or `443/TCP/https` with the application.",
    )
    tls_names: list[DnsName] = Field(
        default=[], description="Names that its certificate must carry."
    )
    tls_ca: Name | None = Field(
        default=None, description="The entry of `trust` that its certificate must chain to."
    )
    answers: Text | None = Field(
        default=None, description="A text that its HTTP answers contain, and nobody else's."
    )


class LoadBalancerForm(Form):
    """The load balancer of a cluster."""

    kind: Annotated[str, word("metallb", "other")] = Field(
        default="metallb", description="What it is."
    )
    namespace: Namespace = Field(default="metallb-system", description="Where it runs.")
    metrics_port: Annotated[int, whole(1, 65535)] | None = Field(
        default=None,
        description="Where MetalLB's speakers tell their metrics, at the addresses of their nodes "
        "(7472 as MetalLB ships it); default: they are not asked.",
    )
    pools: dict[Name, PoolForm] = Field(
        default={}, description="Its pools, by name of the IPAddressPool."
    )
    reservations: dict[Name, ReservationForm] = Field(default={}, description="Promised addresses.")


class ClusterForm(Form):
    """One planned cluster."""

    context: Text = Field(description="The kubeconfig context that reaches it.")
    kubeconfig: Text | None = Field(
        default=None, description="Its kubeconfig file; default: the run's."
    )
    api: Endpoint | None = Field(default=None, description="Its API endpoint: `https://HOST:PORT`.")
    identity: IdentityForm = Field(default=IdentityForm(), description="Pins of its identity.")
    versions: dict[Name, Text] = Field(
        default={},
        description="Planned versions, in quotes: `kubernetes`, `metallb`, `flannel`, ...",
    )
    cni: CniForm = Field(description="Its pod network.")
    segment: Name = Field(description="The segment its nodes and pools live on.")
    pods: list[CidrField] = Field(description="Pod networks, one of each family in use.")
    node_prefix: NodePrefixForm = Field(
        default=NodePrefixForm(), description="Prefix length of one node's pod range."
    )
    services: list[CidrField] = Field(description="Service networks, one of each family in use.")
    dns_service: AddressField | None = Field(default=None, description="ClusterIP of its DNS.")
    nodes: dict[Name, NodeForm] = Field(description="Its nodes, by name.")
    load_balancer: LoadBalancerForm | None = Field(default=None, description="Its load balancer.")


class VmForm(Form):
    """A virtual machine outside the clusters."""

    segment: Name = Field(description="The segment it lives on.")
    address: AddressField | None = Field(default=None, description="Its address.")
    ports: list[PortField] = Field(default=[], description="What it serves.")


class ZoneForm(Form):
    """A DNS zone."""

    authority: Text | None = Field(default=None, description="The server that answers for it.")
    max_ttl: Annotated[int, whole(0, 604800)] | None = Field(
        default=None, description="The longest time to live of its records, in seconds."
    )


class NameForm(Addressed):
    """A DNS name."""

    sources: list[Name] = Field(
        default=[], alias="from", description="The vantage points that must resolve it."
    )
    reverse: Flag = Field(default=False, description="Whether its addresses lead back to it.")


class DnsForm(Form):
    """The naming plan."""

    zones: dict[DnsName, ZoneForm] = Field(default={}, description="The zones, by name.")
    names: dict[DnsName, NameForm] = Field(default={}, description="The names, in full.")


class FlowForm(Form):
    """A flow that must work, or must fail."""

    name: Text = Field(description="What it is called in reports; unique.")
    source: End = Field(alias="from", description="Who opens the connection.")
    target: End = Field(alias="to", description="Where to.")
    port: PortField | None = Field(default=None, description="The port; default: any.")
    expected: Annotated[str, word("works", "fails")] = Field(description="What must happen.")


class MemberForm(Form):
    """One cluster's part in the mesh."""

    network: Name | None = Field(default=None, description="Its network in the mesh.")
    ingress: Name | None = Field(
        default=None, description="The reservation of its ingress gateway."
    )
    east_west: Name | None = Field(
        default=None, description="The reservation of its east-west gateway."
    )


class MeshForm(Form):
    """The service mesh that spans the clusters."""

    trust_domain: DnsName | None = Field(default=None, description="The trust domain all share.")
    root_sha256: Fingerprint | None = Field(
        default=None, description="SHA-256 of the root certificate (DER) all share."
    )
    mode: Annotated[str, word("strict", "permissive")] | None = Field(
        default=None, description="Whether plaintext is refused."
    )
    members: dict[Name, MemberForm] = Field(description="Its members, by cluster.")
    workloads: dict[Name, WorkloadForm] = Field(
        default={}, description="Workloads whose identity is planned."
    )


class PolicyForm(Form):
    """What may enter a namespace; all else is denied."""

    allow_from: list[End] = Field(description="Who may enter. An empty list: nobody.")
    ports: list[PortField] = Field(
        default=[], description="The ports of its pods that they may enter; default: every port."
    )


class VantageForm(Form):
    """Where a probe stands."""

    kind: Annotated[str, word("host", "pod", "node", "ssh")] = Field(
        description="`host` is where the suite runs; `pod` and `node` are a cluster's; `ssh` a "
        "machine reached by ssh."
    )
    cluster: Name | None = Field(default=None, description="The cluster of a pod or node.")
    segment: Name | None = Field(default=None, description="The segment a host is attached to.")
    pod: Pod | None = Field(
        default=None,
        description="A running pod with Python 3 to probe from, `NAMESPACE/POD`; default: the run "
        "starts one.",
    )
    namespace: Namespace | None = Field(
        default=None, description="Where the run starts the pod; default: that of `probes`."
    )
    service_account: Name | None = Field(
        default=None, description="The service account of the pod; default: none is mounted."
    )
    node: Name | None = Field(default=None, description="The node it stands on; default: any.")
    host: Text | None = Field(
        default=None, description="What ssh connects to: `HOST`, `USER@HOST`."
    )
    in_mesh: Flag = Field(default=False, description="Whether a sidecar carries its traffic.")

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        placed = self.kind in ("pod", "node")
        if not placed and self.cluster is not None:
            raise failure(f"is a {self.kind} in a cluster", "remove cluster, or write kind: pod")
        if placed and self.cluster is None:
            raise failure(f"is a {self.kind} of no cluster", "add cluster: NAME")
        if self.kind != "pod" and self.pod is not None:
            raise failure(f"is a {self.kind} with a pod", "write kind: pod, or remove pod")
        if (self.kind == "ssh") != (self.host is not None):
            raise failure("and host disagree", "give host to kind: ssh, and to no other")
        return self


class BudgetsForm(Form):
    """Time limits, in seconds."""

    api_timeout: Annotated[float, number(0.1, 300)] = Field(
        default=10.0, description="For one request to a cluster's API."
    )
    arp_window: Annotated[float, number(0.05, 60)] = Field(
        default=0.9,
        description="For ARP replies. Below 0.83 a delayed proxy reply (Linux) goes unseen.",
    )
    convergence: Annotated[float, number(0, 3600)] = Field(
        default=60.0, description="For the network to settle."
    )
    connect_timeout: Annotated[float, number(0.05, 300)] = Field(
        default=1.2,
        description="For one TCP connection; above 1 s, the first retransmission of a SYN.",
    )
    answer_timeout: Annotated[float, number(0.1, 300)] = Field(
        default=5.0, description="For the answer to one request."
    )
    dns_latency: Annotated[float, number(0.001, 60)] = Field(
        default=0.5, description="For one DNS answer."
    )
    round_trip: Annotated[float, number(0.1, 3600)] = Field(
        default=15.0, description="From writing a metric, log line or span to reading it."
    )
    clock_skew: Annotated[float, number(0.1, 3600)] = Field(
        default=2.0, description="Between any two clocks."
    )
    failover: Annotated[float, number(0.1, 3600)] = Field(
        default=10.0, description="Without service while one of several goes down, in a drill."
    )
    certificate_left: Annotated[float, number(0, 315360000)] = Field(
        default=3600.0, description="That a certificate must still be valid."
    )


class ExceptionForm(Form):
    """A known deviation, owned and dated."""

    requirement: RequirementId = Field(description="The requirement that is not met.")
    subject: Text = Field(description="Of what, as reports show it.")
    owner: Text = Field(description="Who answers for it.")
    reason: Text = Field(description="Why it is so.")
    expires: Day = Field(description="The last day it is accepted: `2027-01-31`.")


class TopologyForm(Form):
    """The declared network: everything the suites hold the live clusters to."""

    version: Annotated[int, whole(1, 1)] = Field(description="The version of this schema: 1.")
    name: Text = Field(description="What the network is called in reports.")
    runs_in: Annotated[str, word("anywhere", "lab")] = Field(
        default="anywhere",
        description="`lab` refuses to probe these addresses anywhere but in the lab.",
    )
    budgets: BudgetsForm = Field(default=BudgetsForm(), description="Time limits, in seconds.")
    segments: dict[Name, SegmentForm] = Field(description="Layer-2 networks, by name.")
    clusters: dict[Name, ClusterForm] = Field(description="Clusters, by name.")
    vms: dict[Name, VmForm] = Field(
        default={}, description="Virtual machines outside the clusters."
    )
    dns: DnsForm = Field(default=DnsForm(), description="The naming plan.")
    flows: list[FlowForm] = Field(default=[], description="Flows that must work, or must fail.")
    products: dict[Name, ProductForm] = Field(
        default={}, description="What stands behind the addresses, by name."
    )
    ingress: IngressForm = Field(default=IngressForm(), description="What gateways route.")
    trust: dict[Name, Text] = Field(
        default={}, description="Files of CA certificates (PEM), by name."
    )
    probes: ProbesForm = Field(default=ProbesForm(), description="Pods to probe from.")
    mesh: MeshForm | None = Field(default=None, description="The service mesh.")
    policies: dict[Name, dict[Namespace, PolicyForm]] = Field(
        default={}, description="Network policies, by cluster and namespace."
    )
    vantages: dict[Name, VantageForm] = Field(
        default={}, description="Where probes stand, by name."
    )
    drills: DrillsForm = Field(
        default=DrillsForm(), description="What `--disruptive` may disturb; default: nothing."
    )
    exceptions: list[ExceptionForm] = Field(default=[], description="Known deviations.")
