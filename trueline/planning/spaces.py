"""What a plan gives addresses out of, and what it has given out already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trueline.checks.plan_ranges import DEFAULT_NODE_PREFIX, MOST_NODE_BITS
from trueline.intent.ledger import ledger
from trueline.model.address import Address, Cidr, Range
from trueline.model.ledger import Kind
from trueline.model.topology import Cluster, Node, Pool, Segment, Topology
from trueline.planning.blocks import gaps


@dataclass(frozen=True, slots=True)
class NodeRanges:
    """How a pod network divides: ranges of one prefix length, of which each node gets one."""

    network: Cidr
    prefix: int

    @property
    def count(self) -> int:
        """How many nodes can get one; of IPv6 the allocator of Kubernetes bounds it."""
        bits = self.prefix - self.network.network.prefixlen
        if bits < 0:
            return 0
        return 1 << (bits if self.network.network.version == 4 else min(bits, MOST_NODE_BITS))

    def first(self, nodes: int) -> Range:
        """The addresses of the first ranges, for one node or more."""
        start = self.network.range.first
        each = 1 << (start.max_prefixlen - self.prefix)
        return Range(start, type(start)(int(start) + min(nodes, self.count) * each - 1))


def node_ranges(cluster: Cluster, pods: Cidr) -> NodeRanges | None:
    """The node ranges of a pod network; None where Kubernetes gives nodes none (PLAN-010)."""
    family = pods.network.version
    if family not in cluster.node_prefix and cluster.cni.kind != "flannel":
        return None
    return NodeRanges(pods, cluster.node_prefix.get(family, DEFAULT_NODE_PREFIX[family]))


def never_given(services: Cidr) -> tuple[Address, ...]:
    """What no Service gets: the first address, and of IPv4 the last (Kubernetes' ipallocator)."""
    network = services.network
    if network.num_addresses <= 2:
        return ()
    last = (network.broadcast_address,) if network.version == 4 else ()
    return (network.network_address, *last)


def families(cluster: Cluster) -> tuple[int, ...]:
    """The families of a cluster's pod networks, in their order; without any, IPv4 (PLAN-040)."""
    return tuple(dict.fromkeys(cidr.network.version for cidr in cluster.pods)) or (4,)


def unreserved(pool: Pool, topology: Topology) -> tuple[Range, ...]:
    """The addresses of a pool that nobody reserved and no host holds."""
    taken = [Range.single(item.address) for item in topology.reservations]
    taken += [
        entry.range
        for entry in ledger(topology).entries
        if entry.kind in (Kind.NODE, Kind.VM, Kind.API, Kind.GATEWAY)
    ]
    return tuple(found for part in pool.ranges for found in gaps(part, taken))


def open_land(segment: Segment, topology: Topology) -> tuple[Range, ...]:
    """The addresses of a segment that the plan has no use for: not even leases."""
    return gaps(segment.cidr.range, (*_unusable(segment), *_used(topology, leases=True)))


def room_for_hosts(segment: Segment, topology: Topology, *, leased: bool) -> tuple[Range, ...]:
    """Where a host may get a fixed address: inside the lease ranges, or outside of them.

    Inside, the address has to be kept from others at the DHCP server.
    """
    if not leased:
        return open_land(segment, topology)
    taken = (*_unusable(segment), *_used(topology, leases=False))
    return tuple(found for part in segment.dhcp for found in gaps(part, taken))


def _unusable(segment: Segment) -> Iterator[Range]:
    return (Range.single(address) for address in segment.unusable)


def _used(topology: Topology, *, leases: bool) -> Iterator[Range]:
    # A reservation outside every pool (PLAN-030) is a use that the ledger does not know.
    yield from (Range.single(item.address) for item in topology.reservations)
    for entry in ledger(topology).entries:
        if entry.kind is not Kind.SEGMENT and (leases or entry.kind is not Kind.DHCP):
            yield entry.range


def is_leased(address: Address, topology: Topology) -> bool:
    """Whether the address lies in a lease range of a segment."""
    return any(part.holds(address) for segment in topology.segments for part in segment.dhcp)


def home_of(node: Node, family: int, topology: Topology) -> Segment | None:
    """The segment on which a node has its address of a family; None where it has none.

    Its cluster's segment comes first: segments may share addresses in a plan that is wrong.
    """
    own = topology.segment(topology.cluster(node.cluster).segment)
    return next(
        (
            segment
            for address in node.addresses
            if address.version == family
            for segment in (own, *topology.segments)
            if segment.cidr.range.holds(address)
        ),
        None,
    )
