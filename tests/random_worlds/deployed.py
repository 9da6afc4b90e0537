"""What the API of each cluster says when a random plan is deployed and well.

`tests.live` derives nodes, owners, pools and MetalLB from the plan; here is what it leaves out:
ports of endpoints, second families, workloads beyond the reserved ones, policies, leases, roots.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

from tests.live import changed, endpoint, healthy, pod, seen, service, with_each, with_more
from tests.random_worlds.certificates import authority, fingerprint
from tests.told import NOW
from trueline.model.address import Address
from trueline.model.observation import (
    ApplicationFact,
    ClusterFacts,
    EndpointFact,
    LeaseFact,
    PodFact,
    PolicyFact,
    PortFact,
    ServiceFact,
    SyncedFact,
    WebhookFact,
)
from trueline.model.topology import Cluster, Topology
from trueline.questions.deployments import METRICS_PORT

MESH_ROOT = "mesh"
ARGOCD_METRICS = "ns-argocd/argocd-metrics"
WRITTEN = NOW - 3.0  # when the API server wrote down the leases of the nodes


def besides(part: Cluster) -> dict[str, tuple[int, int, int]]:
    """Service -> (its port, the port of its pods, on how many nodes): beyond the reserved ones."""
    return {
        f"shop/web-{part}": (80, 8080, 2),
        "payments/ledger": (443, 8443, 2),
        "istio-system/istiod": (443, 15017, 1),
    }


def deployed(topology: Topology) -> dict[str, ClusterFacts]:
    """The facts of every cluster of the plan, by name."""
    return {part.name: _cluster(topology, part) for part in topology.clusters}


def _cluster(topology: Topology, part: Cluster) -> ClusterFacts:
    facts = healthy(part)
    signer = authority(part.name)
    pin = part.identity.ca_sha256 or fingerprint(signer)
    identity = replace(facts.identity.value, ca=signer.pem, ca_sha256=pin)
    facts = changed(facts, "identity", identity)
    facts = with_each(facts, "endpoints", lambda item: _with_ports(part, item))
    more = besides(part)
    if any(one.target.startswith(f"reservation:{part}/") for one in topology.products):
        more[ARGOCD_METRICS] = (METRICS_PORT, METRICS_PORT, 1)
    for number, (key, (outer, inner, nodes)) in enumerate(more.items()):
        facts = _with_service(part, facts, key, 40 + number, outer, inner, nodes)
    if len(part.pods) > 1:
        facts = with_each(facts, "pods", lambda item: _dual_pod(facts, item))
        facts = with_each(facts, "services", lambda item: _dual_service(part, item))
    roots = ((name, authority(MESH_ROOT).pem) for name in ("shop", "payments", "istio-system"))
    return replace(
        facts,
        external_secrets=seen(tuple(_synced(topology, part, "ExternalSecret"))),
        secret_stores=seen(tuple(_synced(topology, part, "SecretStore"))),
        applications=seen(tuple(_applications(topology, part))),
        policies=seen(
            tuple(
                PolicyFact(
                    namespace=item.namespace, name="deny", types=frozenset({"Ingress"}), whole=True
                )
                for item in topology.policies
                if item.cluster == part.name
            )
        ),
        leases=seen(
            tuple(
                LeaseFact(node=item.name, renewed=WRITTEN + 0.4, written=WRITTEN)
                for item in part.nodes
            )
        ),
        mesh_roots=seen(tuple(roots) if topology.mesh else ()),
        webhooks=seen(
            (
                WebhookFact(name="istiod/validate", service="istio-system/istiod", required=True),
                WebhookFact(name="audit/elsewhere", service=None, required=True),
            )
        ),
    )


def _synced(topology: Topology, part: Cluster, kind: str) -> Iterator[SyncedFact]:
    """The ExternalSecrets that are planned in a cluster, or their stores: one for each."""
    for product in topology.products:
        for one in product.synced:
            namespace, name = one.name.split("/")
            if one.cluster == part.name:
                secret = kind == "ExternalSecret"
                yield SyncedFact(
                    kind=kind,
                    namespace=namespace,
                    name=name if secret else "vault",
                    ready=True,
                    reason="SecretSynced" if secret else "Valid",
                    message="",
                    store=f"{namespace}/vault" if secret else None,
                )


def _applications(topology: Topology, part: Cluster) -> Iterator[ApplicationFact]:
    """The Applications of the Argo CD that stands in a cluster."""
    for product in topology.products:
        for one in product.deploys if product.target.startswith(f"reservation:{part}/") else ():
            namespace, name = one.name.split("/")
            yield ApplicationFact(
                namespace=namespace,
                name=name,
                sync="Synced",
                health="Healthy",
                destination=str(topology.cluster(one.cluster).api),
                conditions=(),
            )


def _with_ports(part: Cluster, item: EndpointFact) -> EndpointFact:
    """Pods listen on the ports of their Service; DNS pods and API servers on their own."""
    if item.service == "kube-system/kube-dns":
        return replace(item, ports=((53, "UDP"), (53, "TCP")))
    if item.service == "default/kubernetes":
        return replace(item, ports=((6443, "TCP"),))
    owned = {
        (port.number, port.protocol)
        for one in part.reservations
        if one.owner == item.service
        for port in one.ports
    }
    return replace(item, ports=tuple(sorted(owned)))


def _with_service(
    part: Cluster, facts: ClusterFacts, key: str, offset: int, outer: int, inner: int, count: int
) -> ClusterFacts:
    """One more Service of the cluster, with a ready pod on each of its last nodes."""
    namespace, name = key.split("/")
    address = part.services[0].network.network_address + offset
    port = PortFact(name="web", port=outer, protocol="TCP", target=str(inner))
    facts = with_more(facts, "services", replace(service(key, address), ports=(port,)))
    for node in facts.nodes.value[-count:]:
        called = f"{name}-{node.name}"
        at = ip_network(node.pod_cidrs[0]).network_address + offset
        facts = with_more(facts, "pods", pod(namespace, called, node.name, at))
        end = replace(endpoint(key, at, node.name, called), ports=((inner, "TCP"),))
        facts = with_more(facts, "endpoints", end)
    return facts


def _dual_pod(facts: ClusterFacts, item: PodFact) -> PodFact:
    """A pod has the same place in the second range of its node."""
    if item.host_network or not item.ips:
        return item
    node = next(one for one in facts.nodes.value if one.name == item.node)
    return replace(item, ips=(*item.ips, _mirrored(item.ips[0], *node.pod_cidrs)))


def _dual_service(part: Cluster, item: ServiceFact) -> ServiceFact:
    networks = [str(cidr.network) for cidr in part.services]
    return replace(item, cluster_ips=(*item.cluster_ips, _mirrored(item.cluster_ips[0], *networks)))


def _mirrored(address: Address, first: str, second: str) -> Address:
    offset = int(address) - int(ip_network(first).network_address)
    return ip_network(second).network_address + offset
