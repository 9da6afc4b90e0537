"""The Service network: effective ranges, ClusterIPs and endpoints inside them, and cluster DNS."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.address import Cidr
from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, unknown
from trueline.model.flags import service_ranges_told
from trueline.model.observation import ClusterFacts, EndpointFact, NotObserved, ServiceFact
from trueline.model.topology import Cluster
from trueline.requirements.clusters import (
    CLU_030,
    CLU_031,
    CLU_032,
    CLU_033,
    CLU_036,
    CLU_037,
    CLU_038,
    CLU_050,
    CLU_051,
)

DNS = "kube-system/kube-dns"


def _effective(facts: ClusterFacts) -> list[Cidr]:
    """The networks that ClusterIPs are taken from, masked. Raises NotObserved where none is."""
    found = [Cidr.parse(text) for item in facts.service_cidrs.value for text in item.cidrs]
    if not found:
        raise NotObserved(f"the API of cluster {facts.name} lists no ServiceCIDR")
    return found


@check(
    CLU_030,
    remedy="Rebuild the cluster with the planned --service-cluster-ip-range, written without host "
    "bits; the default ServiceCIDR cannot be changed.",
)
def service_network_is_as_planned(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """The effective Service network is the planned one, both masked."""
    yield equal(
        cluster,
        expected=frozenset(cidr.network for cidr in cluster.services),
        observed=frozenset(cidr.network for cidr in _effective(facts)),
        at=cluster.at,
        evidence=(facts.service_cidrs.origin,),
    )


@check(CLU_031, remedy="Give one of the two clusters another Service network (/16 each is ample).")
def service_networks_are_disjoint(
    pair: tuple[Cluster, Cluster], one: ClusterFacts, other: ClusterFacts
) -> Iterator[Claim]:
    """The effective Service networks of two clusters share no address."""
    shared = frozenset(
        str(common)
        for mine in _effective(one)
        for theirs in _effective(other)
        if (common := mine.range.shared_with(theirs.range))
    )
    yield equal(
        f"{pair[0]} and {pair[1]} shared Service addresses",
        expected=frozenset(),
        observed=shared,
        at=pair[1].at,
        evidence=(one.service_cidrs.origin, other.service_cidrs.origin),
    )


@check(CLU_032, remedy="Re-create the Service, so that it gets an address of the current range.")
def cluster_ips_are_in_range(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Every ClusterIP lies in the effective Service network."""
    ranges = _effective(facts)
    for service in facts.services.value:
        for address in service.cluster_ips:
            yield holds(
                f"{cluster}/{service.key}",
                any(cidr.range.holds(address) for cidr in ranges),
                expected=f"a ClusterIP in {' or '.join(str(cidr.network) for cidr in ranges)}",
                observed=address,
                at=cluster.at,
                evidence=(facts.services.origin, facts.service_cidrs.origin),
            )


@check(CLU_033, remedy="Delete the stale EndpointSlice, or restart the pod behind the endpoint.")
def endpoints_are_in_range(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Every endpoint of a pod has an address of the pod network, or of a node."""
    nodes = facts.nodes.value
    own = {address for node in nodes for address in node.addresses}
    ranges = [cidr.range for cidr in cluster.pods]
    ranges += [Cidr.parse(text).range for node in nodes for text in node.pod_cidrs]
    by_service: dict[str, list[EndpointFact]] = {}
    for item in facts.endpoints.value:
        if item.pod:
            by_service.setdefault(item.service or item.slice, []).append(item)
    for service, items in sorted(by_service.items()):
        yield equal(
            f"{cluster}/{service} endpoints outside pod network and nodes",
            expected=frozenset(),
            observed=frozenset(
                item.address
                for item in items
                if item.address not in own and not any(part.holds(item.address) for part in ranges)
            ),
            at=cluster.at,
            evidence=(facts.endpoints.origin, facts.nodes.origin),
        )


@check(
    CLU_036,
    remedy="Start the API server with the range of its ServiceCIDR objects; to change the range, "
    "add a ServiceCIDR or rebuild the cluster.",
)
def api_servers_are_told_the_effective_network(
    cluster: Cluster, facts: ClusterFacts
) -> Iterator[Claim]:
    """No pod of an API server has a flag for another Service network than the effective one.

    Every range of the flag has to be in effect; objects may have been added since. API servers
    that are no pods show nobody their flags.
    """
    servers = tuple(service_ranges_told(facts.pods.value))
    if not servers:
        why = "no pod of an API server shows a Service network"
        yield not_applicable(cluster, why=why, at=cluster.at)
        return
    effective = {str(cidr.network) for cidr in _effective(facts)}
    yield equal(
        f"{cluster} API servers told another Service network",
        expected=frozenset(),
        observed=frozenset(
            f"{pod} {text}"
            for pod, told in servers
            for text in told.split(",")
            if _masked(text) not in effective
        ),
        at=cluster.at,
        evidence=(facts.pods.origin, facts.service_cidrs.origin),
    )


def _masked(text: str) -> str:
    """A range as it takes effect; what is no range stays as it is."""
    try:
        return str(Cidr.parse(text).network)
    except ValueError:
        return text


@check(CLU_037, remedy="Delete Services that nobody uses, or add a ServiceCIDR.")
def service_network_has_a_free_address(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Of each family, the effective Service networks hold an address that no Service has."""
    ranges = _effective(facts)
    taken = {address for service in facts.services.value for address in service.cluster_ips}
    for family in sorted({cidr.network.version for cidr in ranges}):
        own = [cidr for cidr in ranges if cidr.network.version == family]
        size = sum(_assignable(cidr) for cidr in own)
        held = sum(any(cidr.range.holds(address) for cidr in own) for address in taken)
        yield holds(
            f"{cluster} IPv{family} Service addresses",
            held < size,
            expected="a free one",
            observed=f"{held} of {size} are held",
            at=cluster.at,
            evidence=(facts.services.origin, facts.service_cidrs.origin),
        )


def _assignable(cidr: Cidr) -> int:
    """How many addresses Services can get: not the first, and of IPv4 not the last."""
    return cidr.network.num_addresses - (2 if cidr.network.version == 4 else 1)


@check(CLU_038, remedy="Delete the ServiceCIDR that covers the nodes, or move the nodes.")
def nodes_are_outside_the_service_network(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """No node has an address that a Service could get."""
    ranges = [cidr.range for cidr in _effective(facts)]
    yield equal(
        f"{cluster} nodes inside its Service network",
        expected=frozenset(),
        observed=frozenset(
            f"{node.name} {address}"
            for node in facts.nodes.value
            for address in node.addresses
            if any(part.holds(address) for part in ranges)
        ),
        at=cluster.at,
        evidence=(facts.nodes.origin, facts.service_cidrs.origin),
    )


def _dns(cluster: Cluster, facts: ClusterFacts) -> ServiceFact | None:
    """The cluster DNS Service: by the name kubeadm gives it, else whoever has its address."""
    by_key = {item.key: item for item in facts.services.value}
    return by_key.get(DNS) or next(
        (item for item in by_key.values() if cluster.dns_service in item.cluster_ips), None
    )


@check(CLU_050, remedy="Re-create the DNS Service with its planned ClusterIP.")
def dns_service_has_its_address(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """The cluster DNS Service has its planned address."""
    if cluster.dns_service is None:
        yield not_applicable(cluster, why="the plan names no DNS Service address", at=cluster.at)
        return
    service = _dns(cluster, facts)
    yield holds(
        f"{cluster}/{service.key if service else DNS}",
        service is not None and cluster.dns_service in service.cluster_ips,
        expected=cluster.dns_service,
        observed=frozenset(service.cluster_ips) if service else "no such Service",
        at=cluster.at,
        evidence=(facts.services.origin,),
    )


@check(
    CLU_051, remedy="Compare the DNS Service's selector with its pods, and see why none is ready."
)
def dns_service_has_endpoints(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """The cluster DNS Service has a ready endpoint."""
    if cluster.dns_service is None:
        yield not_applicable(cluster, why="the plan names no DNS Service address", at=cluster.at)
        return
    service = _dns(cluster, facts)
    if service is None:
        yield unknown(
            f"{cluster}/{DNS}",
            expected="a ready endpoint",
            why="there is no such Service",
            at=cluster.at,
            evidence=(facts.services.origin,),
        )
        return
    ready = [item for item in facts.endpoints.value if item.service == service.key and item.ready]
    yield holds(
        f"{cluster}/{service.key}",
        bool(ready),
        expected="a ready endpoint",
        observed=frozenset(item.address for item in ready) if ready else "no ready endpoint",
        at=cluster.at,
        evidence=(facts.endpoints.origin,),
    )
