"""A plan of some size judged: its addresses (`plan`), or its clusters by facts as planned.

Given `what` and `size`; tells the seconds, and how many MB more are in memory afterwards.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable
from ipaddress import ip_address
from time import perf_counter

from tests.live import healthy
from tools.bench.acts.telling import Json, given, memory, tell
from tools.bench.plans import many_clusters, two_clusters
from trueline.checks import clusters_pods, metallb_owners, metallb_pools, nodes, services
from trueline.intent.ledger import ledger
from trueline.intent.load import read
from trueline.model.address import Range
from trueline.model.ledger import Entry, Kind, Ledger
from trueline.model.source import Source

MOST_IN_A_FILE = 10_000
OF_CLUSTERS = (
    nodes.every_node_is_planned,
    nodes.every_node_is_ready,
    nodes.flannel_tunnels_to_node_addresses,
    clusters_pods.every_node_has_its_pod_range,
    clusters_pods.pod_ranges_are_planned,
    clusters_pods.pod_ranges_of_nodes_are_disjoint,
    clusters_pods.pod_addresses_are_unique,
    clusters_pods.pod_addresses_are_of_their_node,
    services.service_network_is_as_planned,
    services.cluster_ips_are_in_range,
    services.endpoints_are_in_range,
    services.nodes_are_outside_the_service_network,
    metallb_pools.every_pool_is_planned,
)
OF_NODES = (nodes.planned_node_exists,)
OF_OWNERS = (
    metallb_owners.owner_is_a_load_balancer_service,
    metallb_owners.owner_offers_the_planned_ports,
    metallb_owners.reserved_address_has_its_owner,
    metallb_owners.owner_has_ready_endpoints,
)


def plan(size: int) -> Json:
    """From text to conflicts; of the largest, from values."""
    if size <= MOST_IN_A_FILE:
        text = two_clusters(nodes=max(1, size // 2), reservations=1).encode()
        return _timed(lambda: _conflicts(ledger(read(text, "plan.yaml"))))
    first = int(ip_address("10.0.0.1"))
    return _timed(lambda: _conflicts(_entered(first, size)))


def _entered(first: int, size: int) -> Ledger:
    at = Source("plan.yaml", 1)
    return Ledger(
        tuple(
            Entry(Range.single(ip_address(first + 2 * n)), Kind.NODE, "a/n", at)
            for n in range(size)
        )
    )


def _conflicts(book: Ledger) -> Json:
    return {"conflicts": len(book.conflicts()), "entries": len(book)}


def clusters(size: int) -> Json:
    """Every check that asks a cluster, a node or a reserved address of what an API said."""
    topology = read(many_clusters(size).encode(), "plan.yaml")
    facts = {cluster.name: healthy(cluster) for cluster in topology.clusters}

    def judge() -> Json:
        verdicts: Counter[str] = Counter()
        for cluster in topology.clusters:
            seen = facts[cluster.name]
            judged = [check(cluster, seen) for check in OF_CLUSTERS]
            judged += [check(node, seen) for check in OF_NODES for node in cluster.nodes]
            judged += [check(one, seen) for check in OF_OWNERS for one in cluster.reservations]
            verdicts.update(one.verdict.name for one in judged)
        return {"verdicts": dict(verdicts), "clusters": len(facts)}

    return _timed(judge)


def _timed(work: Callable[[], Json]) -> Json:
    gc.collect()
    before, began = memory(), perf_counter()
    found = work()
    seconds = perf_counter() - began
    return {**found, "seconds": seconds, "megabytes": max(0.0, memory() - before)}


def main() -> None:
    """Judge, and tell."""
    words = given()
    tell(**{"plan": plan, "clusters": clusters}[words["what"]](words["size"]))


if __name__ == "__main__":
    main()
