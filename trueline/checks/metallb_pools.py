"""MetalLB's pools and advertisements are the planned ones, and no two clusters' pools meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trueline.model.address import Range
from trueline.model.check import check
from trueline.model.claim import Claim, equal, holds, not_applicable, unknown
from trueline.model.metallb import reaches_a_node, selects, unplanned
from trueline.model.observation import ClusterFacts, PoolFact
from trueline.model.topology import Cluster, Pool
from trueline.requirements.metallb import LB_004, LB_005, LB_006, LB_007, LB_008


def _live(pool: Pool, facts: ClusterFacts) -> PoolFact | None:
    """The live pool of the planned pool's name."""
    return next((item for item in facts.pools.value if item.name == pool.name), None)


def _merged(ranges: Iterable[Range]) -> list[Range]:
    """The same addresses in as few ranges as possible, in order."""
    merged: list[Range] = []
    for part in sorted(ranges, key=lambda item: (item.version, int(item.first))):
        last = merged[-1] if merged else None
        if last and last.version == part.version and int(part.first) <= int(last.last) + 1:
            end = part.last if int(part.last) > int(last.last) else last.last
            merged[-1] = Range(last.first, end)
        else:
            merged.append(part)
    return merged


@check(LB_004, remedy="Apply the planned IPAddressPool, or plan the addresses it has.")
def pool_is_as_planned(pool: Pool, cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """The pool exists with exactly its planned addresses."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    live = _live(pool, facts)
    observed: object = "no such pool"
    if live is not None:
        observed = [*_merged(live.ranges), *(f"unreadable {text!r}" for text in live.unreadable)]
    yield equal(
        pool,
        expected=_merged(pool.ranges),
        observed=observed,
        at=pool.at,
        evidence=(facts.pools.origin,),
    )


@check(LB_005, remedy="Delete the IPAddressPool, or add it to the plan.")
def every_pool_is_planned(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """The cluster has no pool outside the plan."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    planned = {pool.name for pool in cluster.pools}
    yield equal(
        f"{cluster} unplanned pools",
        expected=frozenset(),
        observed=frozenset(item.name for item in facts.pools.value) - planned,
        at=cluster.metallb.at,
        evidence=(facts.pools.origin,),
    )


@check(LB_006, remedy="Set spec.autoAssign of the IPAddressPool as planned.")
def pool_assigns_as_planned(pool: Pool, cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """The pool assigns addresses unasked exactly if the plan says so."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    live = _live(pool, facts)
    if live is None:
        yield _missing(pool, facts, "a setting of autoAssign")
        return
    yield equal(
        f"{pool} autoAssign",
        expected=pool.auto_assign,
        observed=live.auto_assign,
        at=pool.at,
        evidence=(facts.pools.origin,),
    )


def _missing(pool: Pool, facts: ClusterFacts, expected: str) -> Claim:
    """Nothing can be told of a pool that is not there; LB-004 says that it is not."""
    return unknown(
        pool, expected=expected, why="no such pool", at=pool.at, evidence=(facts.pools.origin,)
    )


@check(LB_007, remedy="Apply an L2Advertisement that names the pool, or delete the one that does.")
def pool_is_advertised_as_planned(
    pool: Pool, cluster: Cluster, facts: ClusterFacts
) -> Iterator[Claim]:
    """An L2Advertisement selects the pool exactly if the plan has it advertised."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    if _live(pool, facts) is None:
        yield _missing(pool, facts, "an L2Advertisement's choice")
        return
    labels = facts.pool_labels.value.get(pool.name, {})
    chosen = [item for item in facts.advertisements.value if selects(item, pool.name, labels)]
    reaching = [item.name for item in chosen if reaches_a_node(item, facts)]
    wanted = pool.advertise == "l2"
    observed = f"selected by {', '.join(sorted(reaching))}"
    if not reaching:
        others = len(facts.advertisements.value)
        observed = f"selected by none of {others} L2Advertisements"
        if chosen:
            names = ", ".join(sorted(item.name for item in chosen))
            observed = f"selected by {names}, whose node selectors match no node"
    yield holds(
        pool,
        bool(reaching) == wanted,
        expected="selected by an L2Advertisement" if wanted else "selected by no L2Advertisement",
        observed=observed,
        at=pool.at,
        evidence=(facts.advertisements.origin, facts.pools.origin),
    )


@check(LB_008, remedy="Shrink one of the two pools to its planned addresses.")
def pools_of_clusters_are_disjoint(
    pair: tuple[Cluster, Cluster], one: ClusterFacts, other: ClusterFacts
) -> Iterator[Claim]:
    """No pool of one live cluster shares an address with a pool of the other."""
    if not all(cluster.metallb for cluster in pair):
        why = "the plan does not give both of them MetalLB"
        yield not_applicable(f"{pair[0]} and {pair[1]}", why=why, at=pair[1].at)
        return
    shared = frozenset(
        f"{pair[0]}/{mine.name} and {pair[1]}/{theirs.name} share {common}"
        for mine in one.pools.value
        for theirs in other.pools.value
        for part in mine.ranges
        for rest in theirs.ranges
        if (common := part.shared_with(rest))
    )
    yield equal(
        f"{pair[0]} and {pair[1]} shared pool addresses",
        expected=frozenset(),
        observed=shared,
        at=pair[1].at,
        evidence=(one.pools.origin, other.pools.origin),
    )
