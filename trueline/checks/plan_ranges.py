"""The networks of the clusters: well written, of a possible size, and overlapping nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trueline.model.address import Cidr
from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, some
from trueline.model.ledger import Kind, Ledger, Meeting
from trueline.model.topology import Cluster, Segment
from trueline.requirements.plan import (
    PLAN_001,
    PLAN_002,
    PLAN_003,
    PLAN_004,
    PLAN_005,
    PLAN_007,
    PLAN_008,
    PLAN_009,
    PLAN_010,
)

MOST_HOST_BITS = 20  # kube-apiserver's and kubeadm's limit for a Service network
FEWEST_ADDRESSES = 10  # kubeadm's limit
DEFAULT_NODE_PREFIX = {4: 24, 6: 64}  # kube-controller-manager, --node-cidr-mask-size-ipv4/-ipv6
MOST_NODE_BITS = 16  # of IPv6: its range allocator refuses more (pkg/controller/.../cidrset)

# Nodes are missing here: their addresses have a requirement of their own (PLAN-042).
ON_SEGMENTS = (Kind.SEGMENT, Kind.DHCP, Kind.POOL, Kind.GATEWAY, Kind.VM, Kind.API)

Pair = tuple[Cluster, Cluster]


@check(PLAN_001, remedy="Write the masked network, or the prefix length that was meant.")
def cluster_networks_are_written_without_host_bits(cluster: Cluster) -> Iterator[Claim]:
    """Every pod and Service network is written as it takes effect."""
    yield _as_written(f"{cluster} pods", cluster.pods, cluster)
    yield _as_written(f"{cluster} services", cluster.services, cluster)


@check(PLAN_001, remedy="Write the masked network, or the prefix length that was meant.")
def segment_is_written_without_host_bits(segment: Segment) -> Iterator[Claim]:
    """The network of the segment is written as it takes effect."""
    yield _as_written(segment, (segment.cidr,), segment)


def _as_written(subject: object, written: tuple[Cidr, ...], part: Cluster | Segment) -> Claim:
    return equal(
        subject,
        expected=[cidr.network for cidr in written],
        observed=[cidr.literal if cidr.has_host_bits else cidr.network for cidr in written],
        at=part.at,
    )


@check(
    PLAN_002, remedy="Give each cluster a Service network of its own: 10.96.0.0/16, 10.97.0.0/16."
)
def planned_service_networks_are_disjoint(pair: Pair) -> Iterator[Claim]:
    """The effective Service networks of two clusters share no address."""
    one, other = pair
    yield _disjoint(pair, "services", one.services, "services", other.services)


@check(PLAN_003, remedy="Give each cluster a pod network of its own.")
def planned_pod_networks_are_disjoint(pair: Pair) -> Iterator[Claim]:
    """The pod networks of two clusters share no address."""
    one, other = pair
    yield _disjoint(pair, "pods", one.pods, "pods", other.pods)


@check(PLAN_004, remedy="Move the pod network out of the other cluster's Service network.")
def pods_and_services_of_two_clusters_are_disjoint(pair: Pair) -> Iterator[Claim]:
    """No cluster's pod network shares an address with the other's Service network."""
    one, other = pair
    yield _disjoint(pair, "pods", one.pods, "services", other.services)
    yield _disjoint((other, one), "pods", other.pods, "services", one.services)


@check(PLAN_004, remedy="Move the pod network out of the Service network.")
def pods_and_services_are_disjoint(cluster: Cluster) -> Iterator[Claim]:
    """The cluster's pod networks share no address with its Service networks."""
    yield _disjoint((cluster, cluster), "pods", cluster.pods, "services", cluster.services)


def _disjoint(
    pair: Pair, use: str, networks: Iterable[Cidr], other_use: str, others: Iterable[Cidr]
) -> Claim:
    """Claim that no network of the first meets one of the second; both are a handful."""
    one, other = pair
    shared = [
        f"{block} is in {mine} of {one} and in {theirs} of {other} ({other.at})"
        for mine in networks
        for theirs in others
        if (block := mine.range.shared_with(theirs.range))
    ]
    return holds(
        f"{one} {use}, {other} {other_use}",
        not shared,
        expected="no shared address",
        observed=some(shared),
        at=one.at,
    )


@check(PLAN_005, remedy="Choose a cluster network that holds no segment, or move the segment.")
def cluster_networks_are_clear_of_the_segments(cluster: Cluster, ledger: Ledger) -> Iterator[Claim]:
    """No pod or Service network shares an address with a segment or with what lives on one."""
    for use, networks in (("pods", cluster.pods), ("services", cluster.services)):
        met = [
            found for network in networks for found in ledger.meeting(network.range, *ON_SEGMENTS)
        ]
        yield holds(
            f"{cluster} {use}",
            not met,
            expected="no address of a segment",
            observed=some(_outermost(met)),
            at=cluster.at,
        )


def _outermost(met: list[Meeting]) -> tuple[Meeting, ...]:
    """What was met, without what only lives on a segment that was met: the segment says it all."""
    segments = [found.block for found in met if found.entry.kind is Kind.SEGMENT]
    return tuple(
        found
        for found in met
        if found.entry.kind is Kind.SEGMENT
        or not any(segment.holds(found.block) for segment in segments)
    )


@check(PLAN_007, remedy="Choose a prefix from /12 to /28 (IPv4), or from /108 to /124 (IPv6).")
def service_network_has_a_possible_size(cluster: Cluster) -> Iterator[Claim]:
    """Each Service network has 20 host bits at most, and 10 addresses at least."""
    if not cluster.services:
        yield not_applicable(cluster, why="no Service network is planned", at=cluster.at)
    for services in cluster.services:
        network = services.network
        bits = network.max_prefixlen - network.prefixlen
        yield holds(
            f"{cluster} services {services}",
            bits <= MOST_HOST_BITS and network.num_addresses >= FEWEST_ADDRESSES,
            expected=f"{FEWEST_ADDRESSES} addresses to {MOST_HOST_BITS} host bits",
            observed=f"{bits} host bits",
            at=cluster.at,
        )


@check(PLAN_008, remedy="Plan one pod network for each family, and no second of the same family.")
def address_families_agree(cluster: Cluster) -> Iterator[Claim]:
    """There is one pod network of each family, and at most one Service network of those."""
    pods = [cidr.network.version for cidr in cluster.pods]
    services = [cidr.network.version for cidr in cluster.services]
    yield holds(
        f"{cluster} pods",
        bool(pods) and len(set(pods)) == len(pods),
        expected="one network of each family",
        observed=_families(pods),
        at=cluster.at,
    )
    yield holds(
        f"{cluster} services",
        bool(services) and len(set(services)) == len(services) and set(services) <= set(pods),
        expected=f"one network of each family, of {_families(sorted(set(pods)))}",
        observed=_families(services),
        at=cluster.at,
    )


def _families(versions: Iterable[int]) -> str:
    return " and ".join(f"IPv{version}" for version in versions) or "none"


@check(PLAN_009, remedy="Take the tenth address of the first Service network, as kubeadm does.")
def dns_service_is_inside_the_service_network(cluster: Cluster) -> Iterator[Claim]:
    """The cluster DNS address is a Service address, and neither the first two nor the last."""
    address = cluster.dns_service
    if address is None:
        yield not_applicable(cluster, why="no cluster DNS address is planned", at=cluster.at)
        return
    yield holds(
        f"{cluster} dns_service",
        any(
            int(cidr.range.first) + 1 < int(address) < int(cidr.range.last)
            for cidr in cluster.services
            if cidr.network.version == address.version
        ),
        expected=f"a free address of {' or '.join(map(str, cluster.services)) or 'no network'}",
        observed=address,
        at=cluster.at,
    )


@check(PLAN_010, remedy="Widen the pod network, or give each node a smaller range (node_prefix).")
def pod_network_has_a_range_for_every_node(cluster: Cluster) -> Iterator[Claim]:
    """Each pod network divides into at least as many node ranges as nodes are planned."""
    if not cluster.pods:
        yield not_applicable(cluster, why="no pod network is planned", at=cluster.at)
    for pods in cluster.pods:
        family = pods.network.version
        if family not in cluster.node_prefix and cluster.cni.kind != "flannel":
            why = "the pod network divides its ranges by itself"
            yield not_applicable(f"{cluster} pods {pods}", why=why, at=cluster.at)
            continue
        prefix = cluster.node_prefix.get(family, DEFAULT_NODE_PREFIX[family])
        bits = prefix - pods.network.prefixlen
        yield holds(
            f"{cluster} pods {pods}",
            bits >= 0
            and len(cluster.nodes) <= 1 << bits
            and (family == 4 or bits <= MOST_NODE_BITS),
            expected=_wanted(len(cluster.nodes), family),
            observed=f"{1 << bits if bits >= 0 else 0} of /{prefix}",
            at=cluster.at,
        )


def _wanted(nodes: int, family: int) -> str:
    limit = "" if family == 4 else f", 2^{MOST_NODE_BITS} at most"
    return f"ranges for {nodes} nodes{limit}"
