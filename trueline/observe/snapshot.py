"""What a run looks at: every cluster's API and every segment's wire, all at once.

Nothing here raises for a sick cluster or a wire out of reach: what could not be seen is a gap with
one plain reason, and every verdict that needs it becomes UNKNOWN with that reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

from trueline.model.address import Address
from trueline.model.observation import (
    ClusterFacts,
    Observation,
    Observed,
    SegmentFacts,
    Unobserved,
    Wire,
)
from trueline.model.printable import printable
from trueline.model.topology import Cluster, Segment, Topology
from trueline.observe.clock import SYSTEM, Clock
from trueline.observe.settle import settle
from trueline.probes.kube import observe_cluster
from trueline.probes.sweep import interface_for, sweep
from trueline.vantage.host import describe, refusal

LOOK_AGAIN = 1.0  # seconds between two looks at a cluster that is still moving
WHOLE_SEGMENT = 1024  # addresses; up to this size every address of a segment is asked
WHOLE_POOL = 65_536  # addresses; of a larger pool, which only IPv6 has, the reserved ones are asked

T = TypeVar("T")


def take_clusters(
    topology: Topology, kubeconfig: Path | None = None, clock: Clock = SYSTEM
) -> dict[str, ClusterFacts]:
    """The facts of every cluster by name, all clusters at once.

    A cluster in which something still moves (a rollout, a young Service without an address) is
    looked at again until nothing moves or `budgets.convergence` is spent; the last look counts. A
    dead cluster costs one `budgets.api_timeout` of its own and none of the others'.
    """
    held_back = refusal(topology)
    if held_back is not None:
        return {item.name: gaps(item.name, held_back, clock.now()) for item in topology.clusters}

    def look(cluster: Cluster) -> ClusterFacts:
        return settle(
            lambda: observe_cluster(
                cluster,
                kubeconfig=kubeconfig,
                timeout=topology.budgets.api_timeout,
                now=clock.now,
                young=topology.budgets.convergence,
            ),
            _at_rest,
            within=topology.budgets.convergence,
            every=LOOK_AGAIN,
            clock=clock,
            overtime=0.0,
        ).last

    def take(cluster: Cluster) -> ClusterFacts:
        try:
            return look(cluster)
        except Exception as error:  # noqa: BLE001  it would spoil every other cluster's verdicts
            reason = f"cluster {cluster} cannot be observed: {unforeseen(error)}"
            return gaps(cluster.name, reason, clock.now())

    return dict(zip(_names(topology.clusters), _at_once(take, topology.clusters), strict=True))


def take_wire(topology: Topology, clock: Clock = SYSTEM) -> Wire:
    """What every segment's wire said, by segment name, all segments at once.

    Asked are the addresses of pools, nodes, VMs and the gateway that lie in the segment, and in a
    segment of up to WHOLE_SEGMENT addresses all others too, at no cost: a foreign host is then
    named by its own address and not by its MAC alone. A segment is a gap when this host is not
    on it, is itself a node of the plan (it would never hear its own answers) or may not open a raw
    socket.
    """
    held_back = refusal(topology)

    def take(segment: Segment) -> Observed[SegmentFacts]:
        how = "ARP" if segment.cidr.network.version == 4 else "neighbour discovery"
        source = f"{how} sweep of segment {segment.name}"
        try:
            if held_back is not None:
                raise OutOfReach(held_back)
            facts = _listen(topology, segment)
        except Exception as error:  # noqa: BLE001  it would spoil every other segment's verdicts
            reason = _why(error)
            return Unobserved(reason=reason, at=clock.now(), source=source, vantage=describe())
        return Observation(
            value=facts,
            at=clock.now(),
            source=f"{source} over {facts.interface}, {facts.window:.2f} s",
            vantage=describe(),
        )

    return dict(zip(_names(topology.segments), _at_once(take, topology.segments), strict=True))


def unforeseen(error: Exception) -> str:
    """An error nobody planned for, as one line of reason."""
    return printable(" ".join(f"{type(error).__name__}: {error}".split()))


def gaps(cluster: str, reason: str, at: float) -> ClusterFacts:
    """A cluster of which nothing could be seen, every facet for the same reason."""
    gap = Unobserved(reason=reason, at=at, source=f"API of cluster {cluster}", vantage=describe())
    facets: dict[str, Any] = {
        field.name: gap for field in fields(ClusterFacts) if field.name != "name"
    }
    return ClusterFacts(name=cluster, **facets)


def targets(topology: Topology, segment: Segment) -> tuple[Address, ...]:
    """The addresses of a segment that a sweep asks for, in order."""
    network = segment.cidr.network
    wanted = {address for address in _planned(topology, segment) if address in network}
    if network.num_addresses <= WHOLE_SEGMENT:
        wanted.update(network.hosts())
    return tuple(sorted(wanted, key=int))


class OutOfReach(Exception):
    """A segment cannot be listened to from here; the text says why and what to do."""


def place_on(topology: Topology, segment: Segment) -> tuple[str, Address]:
    """The interface of this host on a segment, and its address there. Raises OutOfReach."""
    network = segment.cidr.network
    place = interface_for(network)
    if place is None:
        raise OutOfReach(
            f"this host is not on segment {segment.name} ({network}): run from a machine that has "
            "an address there and is no node"
        )
    for node in topology.nodes:
        if place[1] in node.addresses:
            raise OutOfReach(
                f"this host is node {node} and never hears its own answers: run from a machine on "
                f"segment {segment.name} that is no node"
            )
    return place


def _why(error: Exception) -> str:
    """Why a segment could not be listened to."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) if isinstance(error, (OutOfReach, OSError)) else unforeseen(error)


def _at_rest(facts: ClusterFacts) -> bool:
    """A cluster that does not say whether it moves will not say so a second later either."""
    return isinstance(facts.moving, Unobserved) or not facts.moving.value


def _listen(topology: Topology, segment: Segment) -> SegmentFacts:
    interface, _ = place_on(topology, segment)
    wanted = targets(topology, segment)
    reserved = [item.address for item in topology.reservations]
    window = topology.budgets.arp_window
    return sweep(segment.name, interface, wanted, window=window, closely=reserved)


def _planned(topology: Topology, segment: Segment) -> Iterator[Address]:
    if segment.gateway is not None:
        yield segment.gateway
    for node in topology.nodes:
        yield from node.addresses
    yield from (vm.address for vm in topology.vms if vm.address is not None)
    yield from (item.address for item in topology.reservations)
    for pool in topology.pools:
        for part in pool.ranges:
            shared = part.shared_with(segment.cidr.range)
            if shared is not None and shared.size <= WHOLE_POOL:
                yield from shared.addresses()


def _names(items: Iterable[Cluster | Segment]) -> list[str]:
    return [item.name for item in items]


def _at_once(take: Callable[[Any], T], items: tuple[Any, ...]) -> list[T]:
    """One thread each: all of them wait, none of them computes."""
    if not items:
        return []
    with ThreadPoolExecutor(max_workers=len(items)) as pool:
        return list(pool.map(take, items))
