"""The load-balancer pools: where they lie, what they keep clear of, and how they are given out."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, some
from trueline.model.ledger import Kind, Ledger, Meeting
from trueline.model.topology import Cluster, Pool, Reservation, Segment, Topology
from trueline.model.wires import of_family
from trueline.requirements.plan import (
    PLAN_020,
    PLAN_021,
    PLAN_022,
    PLAN_023,
    PLAN_024,
    PLAN_025,
    PLAN_026,
    PLAN_027,
)


@check(PLAN_020, remedy="Choose addresses of the segment, or name the segment they belong to.")
def pool_is_inside_its_segment(pool: Pool, topology: Topology) -> Iterator[Claim]:
    """The pool has addresses, all of them of its segment.

    A segment is of one family: addresses of the other family may lie in any segment of their own.
    """
    segments = _segments(pool, topology)
    where = " or ".join(f"segment {segment} ({segment.cidr})" for segment in segments)
    yield holds(
        pool,
        bool(pool.ranges)
        and all(any(one.cidr.range.holds(part) for one in segments) for part in pool.ranges),
        expected=f"addresses of {where}",
        observed=pool.ranges,
        at=pool.at,
    )


def _segments(pool: Pool, topology: Topology) -> list[Segment]:
    """The segment of a pool, and those of another family that it has addresses of."""
    own = topology.segment(pool.segment)
    families = dict.fromkeys((own.cidr.network.version, *(part.version for part in pool.ranges)))
    return [one for family in families for one in of_family(topology, own, family)]


@check(PLAN_021, remedy="Leave the address out of the pool.")
def pool_leaves_out_the_segments_own_addresses(
    pool: Pool, topology: Topology, ledger: Ledger
) -> Iterator[Claim]:
    """The pool holds neither network nor broadcast address of its segment, nor any gateway."""
    own = [
        f"{each} of segment {segment}"
        for segment in _segments(pool, topology)
        for each in segment.unusable
        if pool.holds(each)
    ]
    held = [*own, *_met(pool, ledger, Kind.GATEWAY)]
    yield holds(
        pool,
        not held,
        expected="no network, broadcast or gateway address",
        observed=some(held),
        at=pool.at,
    )


@check(PLAN_022, remedy="End the DHCP range before the pool, or move the pool out of it.")
def pool_is_outside_every_lease_range(pool: Pool, ledger: Ledger) -> Iterator[Claim]:
    """The pool shares no address with a DHCP range."""
    met = _met(pool, ledger, Kind.DHCP)
    yield holds(
        pool, not met, expected="no address that DHCP leases", observed=some(met), at=pool.at
    )


@check(PLAN_024, remedy="Leave the host's address out of the pool, or move the host.")
def pool_is_clear_of_hosts(pool: Pool, ledger: Ledger) -> Iterator[Claim]:
    """The pool holds no address of a node, a VM or an API endpoint."""
    met = _met(pool, ledger, Kind.NODE, Kind.VM, Kind.API)
    yield holds(pool, not met, expected="no address of a host", observed=some(met), at=pool.at)


@check(PLAN_023, remedy="Give each pool addresses of its own.")
def pool_overlaps_no_other(pool: Pool, ledger: Ledger) -> Iterator[Claim]:
    """The pool shares no address with another pool of any cluster, nor has one twice."""
    others: list[Meeting | str] = [
        found for found in _met(pool, ledger, Kind.POOL) if found.entry.owner != str(pool)
    ]
    others += [
        f"{block} is listed twice"
        for place, part in enumerate(pool.ranges)
        for earlier in pool.ranges[:place]
        if (block := part.shared_with(earlier))
    ]
    yield holds(
        pool,
        not others,
        expected="no address of another pool",
        observed=some(others),
        at=pool.at,
    )


def _met(pool: Pool, ledger: Ledger, *kinds: Kind) -> list[Meeting]:
    return [found for part in pool.ranges for found in ledger.meeting(part, *kinds)]


@check(PLAN_025, remedy="Plan `advertise: l2`, and an L2Advertisement that selects the pool.")
def pool_with_reservations_is_advertised(pool: Pool, topology: Topology) -> Iterator[Claim]:
    """A pool that holds reserved addresses is advertised."""
    held = [str(item) for item in _reserved_in(pool, topology)]
    if not held and pool.advertise == "none":
        yield not_applicable(
            pool, why="the pool is kept silent, and nothing in it is reserved", at=pool.at
        )
        return
    yield equal(f"{pool} advertise", expected="l2", observed=pool.advertise, at=pool.at)


@check(PLAN_026, remedy="Plan `auto_assign: false`, or move the reserved addresses to such a pool.")
def reserved_addresses_are_not_assigned_by_themselves(
    pool: Pool, topology: Topology
) -> Iterator[Claim]:
    """No address that is free for automatic assignment is reserved."""
    if not pool.auto_assign:
        yield equal(f"{pool} auto_assign", expected=False, observed=False, at=pool.at)
        return
    held = [f"{item.address} of {item} ({item.at})" for item in _reserved_in(pool, topology)]
    yield holds(
        f"{pool} auto_assign",
        not held,
        expected="no reserved address",
        observed=some(held),
        at=pool.at,
    )


def _reserved_in(pool: Pool, topology: Topology) -> Iterator[Reservation]:
    owner = topology.cluster(pool.cluster)
    return (item for item in owner.reservations if pool.holds(item.address))


@check(PLAN_027, remedy="Widen a pool, or add one.")
def pools_have_an_address_to_spare(cluster: Cluster) -> Iterator[Claim]:
    """The pools of the cluster hold more addresses than are reserved in them."""
    if not cluster.pools:
        yield not_applicable(cluster, why="no pool is planned", at=cluster.at)
        return
    capacity = sum(part.size for pool in cluster.pools for part in pool.ranges)
    reserved = len({item.address for item in cluster.reservations})
    yield holds(
        f"{cluster} pools",
        capacity > reserved,
        expected=f"more than {reserved} addresses",
        observed=f"{capacity} addresses",
        at=cluster.at,
    )
