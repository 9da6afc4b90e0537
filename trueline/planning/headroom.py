"""How much of each space of a plan is given out, and how much is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trueline.model.address import Address, Range
from trueline.model.observation import ClusterFacts, Observation
from trueline.model.source import Source
from trueline.model.topology import Cluster, Segment, Topology
from trueline.planning.blocks import gaps, size
from trueline.planning.spaces import (
    families,
    home_of,
    is_leased,
    never_given,
    node_ranges,
    open_land,
    room_for_hosts,
    unreserved,
)

ADDRESSES, NODES, SERVICES = "addresses", "nodes", "services"  # what grows


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a run saw in a cluster; None where it could not see it.

    `services` are the ClusterIPs given out, `balanced` the load-balancer addresses, `nodes` counts
    the nodes.
    """

    services: frozenset[Address] | None = None
    balanced: frozenset[Address] | None = None
    nodes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """Something that addresses are given out of, in units of one address or one node range.

    `used` is None where neither the plan nor a run tells. `grows_with` are what fills it, each a
    sort and a cluster, as (`nodes`, `app`): one more of it takes one more unit.
    """

    name: str
    capacity: int
    used: int | None
    at: Source
    grows_with: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    note: str = ""

    @property
    def free(self) -> int | None:
        """How many units are left; None where that cannot be told."""
        return None if self.used is None else max(0, self.capacity - self.used)

    @property
    def share(self) -> float | None:
        """The part that is given out, from 0 to 1; of an empty space all is."""
        if self.used is None:
            return None
        return min(1.0, self.used / self.capacity) if self.capacity else 1.0


def seen_in(facts: ClusterFacts) -> Seen:
    """What a run's facts of a cluster say of what is given out."""
    services, nodes = facts.services, facts.nodes
    observed = services.value if isinstance(services, Observation) else None
    return Seen(
        services=None
        if observed is None
        else frozenset(each for item in observed for each in item.cluster_ips),
        balanced=None
        if observed is None
        else frozenset(each for item in observed for each in item.ingress),
        nodes=len(nodes.value) if isinstance(nodes, Observation) else None,
    )


def head_room(topology: Topology, seen: Mapping[str, Seen] | None = None) -> tuple[Space, ...]:
    """The spaces of a plan: segments, then cluster by cluster. `seen` is by cluster.

    What a run saw counts together with what is planned, whichever is more.
    """
    return tuple(_spaces(topology, seen or {}))


def _spaces(topology: Topology, seen: Mapping[str, Seen]) -> Iterator[Space]:
    for segment in topology.segments:
        yield from _of_segment(segment, topology)
    for cluster in topology.clusters:
        saw = seen.get(cluster.name, Seen())
        yield from _pools(cluster, topology, saw)
        yield from _node_ranges(cluster, saw)
        yield from _services(cluster, saw)


def _of_segment(segment: Segment, topology: Topology) -> Iterator[Space]:
    hosts = segment.cidr.range.size - len(segment.unusable)
    free = size(open_land(segment, topology))
    yield Space(
        name=f"segment {segment} {segment.cidr}",
        capacity=hosts,
        used=hosts - free,
        at=segment.at,
        grows_with=_homed(segment, topology, leased=False),
        note="hosts, pools and leases",
    )
    if segment.dhcp:
        leased = size(segment.dhcp)
        yield Space(
            name=f"leases of {segment} {', '.join(map(str, segment.dhcp))}",
            capacity=leased,
            used=leased - size(room_for_hosts(segment, topology, leased=True)),
            at=segment.at,
            grows_with=_homed(segment, topology, leased=True),
            note="fixed hosts; what DHCP leases beside them is not planned",
        )


def _homed(segment: Segment, topology: Topology, *, leased: bool) -> frozenset[tuple[str, str]]:
    """The clusters whose next node would get an address here: it follows their last one."""
    found = set()
    for cluster in topology.clusters:
        for family in families(cluster):
            homes = [node for node in cluster.nodes if home_of(node, family, topology)]
            if homes and home_of(homes[-1], family, topology) == segment:
                last = max(each for each in homes[-1].addresses if each.version == family)
                if is_leased(last, topology) is leased:
                    found.add((NODES, cluster.name))
    return frozenset(found)


def _pools(cluster: Cluster, topology: Topology, saw: Seen) -> Iterator[Space]:
    single = len(cluster.pools) == 1
    for pool in cluster.pools:
        free = unreserved(pool, topology)
        held = [Range.single(each) for each in saw.balanced or () if pool.holds(each)]
        left = size(found for part in free for found in gaps(part, held))
        capacity = size(pool.ranges)
        yield Space(
            name=f"pool {pool}",
            capacity=capacity,
            used=capacity - left,
            at=pool.at,
            # Which of several pools the next address comes from is not planned.
            grows_with=frozenset(
                (ADDRESSES, name) for name in (str(pool), *([cluster.name] if single else []))
            ),
            note="reserved" if saw.balanced is None else "reserved or held",
        )


def _node_ranges(cluster: Cluster, saw: Seen) -> Iterator[Space]:
    for pods in cluster.pods:
        ranges = node_ranges(cluster, pods)
        if ranges:
            yield Space(
                name=f"node ranges of {cluster} {pods}",
                capacity=ranges.count,
                used=max(len(cluster.nodes), saw.nodes or 0),
                at=cluster.at,
                grows_with=frozenset({(NODES, cluster.name)}),
                note=f"a /{ranges.prefix} each",
            )


def _services(cluster: Cluster, saw: Seen) -> Iterator[Space]:
    for services in cluster.services:
        given = saw.services
        used = None if given is None else sum(services.range.holds(each) for each in given)
        yield Space(
            name=f"Services of {cluster} {services}",
            capacity=services.range.size - len(never_given(services)),
            used=used,
            at=cluster.at,
            grows_with=frozenset({(SERVICES, cluster.name)}),
            note="given out by the cluster" if used is None else "given out, as a run saw",
        )
