"""The answers of `tools.plan next`: one line for each free address or block."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from trueline.model.ledger import Kind
from trueline.model.topology import Cluster, Segment, Topology
from trueline.planning.allotment import for_cluster, for_nodes, for_pool, for_vms, in_pools
from trueline.planning.refusal import WrongQuestion, no_such
from trueline.planning.spaces import families

Owner = TypeVar("Owner", Cluster, Segment)


def lines(given: Namespace, topology: Topology) -> Iterator[str]:
    """What is free for `given.purpose`. Raises Exhausted or WrongQuestion."""
    return _PURPOSES[given.purpose](given, topology)


def _address(given: Namespace, topology: Topology) -> Iterator[str]:
    cluster = _named("cluster", given.cluster, topology.clusters)
    pools = [pool.name for pool in cluster.pools]
    if given.pool and given.pool not in pools:
        raise WrongQuestion(no_such(f"pool of {cluster}", given.pool, pools))
    held = {part.version for pool in cluster.pools for part in pool.ranges}
    for family in _families(given, sorted(held) or families(cluster)):
        for address, pool in in_pools(topology, cluster, family, given.count, given.pool):
            yield f"{address}  pool {pool} ({pool.at})"


def _node(given: Namespace, topology: Topology) -> Iterator[str]:
    cluster = _named("cluster", given.cluster, topology.clusters)
    for family in _families(given, families(cluster)):
        for address in for_nodes(topology, cluster, family, given.count):
            yield f"{address}  node of {cluster} ({cluster.at})"


def _vm(given: Namespace, topology: Topology) -> Iterator[str]:
    segment = _named("segment", given.segment, topology.segments)
    for address in for_vms(topology, segment, given.count):
        yield f"{address}  host on segment {segment} ({segment.at})"


def _pool(given: Namespace, topology: Topology) -> Iterator[str]:
    segment = _named("segment", given.segment, topology.segments)
    for part in for_pool(topology, segment, given.count):
        yield f"{part.first}-{part.last}  pool on segment {segment} ({segment.at})"


def _network(kind: Kind) -> Callable[[Namespace, Topology], Iterator[str]]:
    def told(given: Namespace, topology: Topology) -> Iterator[str]:
        used = {cidr.network.version for item in topology.clusters for cidr in item.pods}
        wanted = [given.within.version] if given.within else sorted(used)
        chosen = _families(given, wanted)
        if not chosen:
            raise WrongQuestion("the plan has no cluster to follow: say --family")
        for family in chosen:
            found = for_cluster(topology, kind, family, prefix=given.prefix, within=given.within)
            yield f"{found}  {kind.value} another cluster"

    return told


_PURPOSES: dict[str, Callable[[Namespace, Topology], Iterator[str]]] = {
    "address": _address,
    "node": _node,
    "vm": _vm,
    "pool": _pool,
    "pods": _network(Kind.PODS),
    "services": _network(Kind.SERVICES),
}


def _families(given: Namespace, used: Iterable[int]) -> tuple[int, ...]:
    return (given.family,) if given.family else tuple(used)


def _named(noun: str, name: str | None, owners: tuple[Owner, ...]) -> Owner:
    """The one of that name; without a name, the only one. Raises WrongQuestion."""
    known = {item.name: item for item in owners}
    if name is None and len(known) != 1:
        raise WrongQuestion(f"say --{noun}: {', '.join(known) or 'the plan has none'}")
    if name is not None and name not in known:
        raise WrongQuestion(no_such(noun, name, known))
    return owners[0] if name is None else known[name]
