"""Every check of live clusters and MetalLB over a whole world, as the suites would run them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

from tests.live import changed, facts_for, with_more, with_one
from tests.worlds import world
from trueline.checks import (
    clusters,
    clusters_pods,
    metallb,
    metallb_addresses,
    metallb_containers,
    metallb_owners,
    metallb_pools,
    metallb_requests,
    nodes,
    services,
    webhooks,
)
from trueline.model.check import Check, Judgement
from trueline.model.observation import ClusterFacts
from trueline.model.topology import Topology
from trueline.model.verdict import Verdict

Facts = dict[str, ClusterFacts]

OF_CLUSTER: tuple[Check, ...] = (
    clusters.api_answers,
    clusters.identity_is_the_pinned_one,
    clusters.version_is_as_planned,
    clusters.cluster_is_at_rest,
    nodes.every_node_is_planned,
    nodes.every_node_is_ready,
    nodes.flannel_tunnels_to_node_addresses,
    nodes.api_endpoints_are_the_control_plane,
    clusters_pods.every_node_has_its_pod_range,
    clusters_pods.pod_ranges_are_planned,
    clusters_pods.pod_ranges_of_nodes_are_disjoint,
    clusters_pods.pod_addresses_are_unique,
    clusters_pods.pod_addresses_are_of_their_node,
    services.service_network_is_as_planned,
    services.cluster_ips_are_in_range,
    services.endpoints_are_in_range,
    services.api_servers_are_told_the_effective_network,
    services.service_network_has_a_free_address,
    services.nodes_are_outside_the_service_network,
    services.dns_service_has_its_address,
    services.dns_service_has_endpoints,
    webhooks.required_webhooks_have_endpoints,
    metallb.controller_is_healthy,
    metallb.speakers_are_healthy,
    metallb.metallb_version_is_as_planned,
    metallb.some_node_may_announce,
    metallb_containers.metallb_runs_undisturbed,
    metallb_pools.every_pool_is_planned,
    metallb_addresses.every_load_balancer_service_has_an_address,
    metallb_addresses.addresses_are_shared_only_by_agreement,
    metallb_requests.annotations_fit_the_running_version,
    metallb_requests.addresses_are_asked_for_once,
    metallb_requests.held_addresses_are_the_requested_ones,
)
OF_PAIR: tuple[Check, ...] = (
    clusters.two_contexts_are_two_clusters,
    clusters_pods.pod_ranges_of_clusters_are_disjoint,
    services.service_networks_are_disjoint,
    metallb_pools.pools_of_clusters_are_disjoint,
    metallb_addresses.no_address_is_held_in_two_clusters,
)
OF_NODE: tuple[Check, ...] = (nodes.planned_node_exists,)
OF_POOL: tuple[Check, ...] = (
    metallb_pools.pool_is_as_planned,
    metallb_pools.pool_assigns_as_planned,
    metallb_pools.pool_is_advertised_as_planned,
    metallb_addresses.unreserved_addresses_are_held_by_nobody,
)
OF_RESERVATION: tuple[Check, ...] = (
    metallb_owners.owner_is_a_load_balancer_service,
    metallb_owners.owner_offers_the_planned_ports,
    metallb_owners.reserved_address_has_its_owner,
    metallb_owners.owner_has_ready_endpoints,
    metallb_owners.traffic_policy_leaves_an_announcer,
    metallb_owners.owner_asks_for_an_address,
)
ALL = OF_CLUSTER + OF_PAIR + OF_NODE + OF_POOL + OF_RESERVATION
WITH_CLUSTER = (
    *OF_POOL,
    metallb_owners.traffic_policy_leaves_an_announcer,
    metallb_owners.owner_asks_for_an_address,
)


def judge_all(topology: Topology, facts: Facts) -> Iterator[Judgement]:
    """Every check of every subject."""
    for cluster in topology.clusters:
        yield from (one(cluster, facts[cluster.name]) for one in OF_CLUSTER)
    for pair in combinations(topology.clusters, 2):
        yield from (one(pair, *(facts[item.name] for item in pair)) for one in OF_PAIR)
    subjects: list[tuple[tuple[Check, ...], tuple[Any, ...]]] = [
        (OF_NODE, topology.nodes),
        (OF_POOL, topology.pools),
        (OF_RESERVATION, topology.reservations),
    ]
    for checks, items in subjects:
        for item in items:
            for one in checks:
                more = (topology.cluster(item.cluster),) if one in WITH_CLUSTER else ()
                yield one(item, *more, facts[item.cluster])


def lines(
    topology: Topology, facts: Facts, verdict: Verdict = Verdict.FAIL
) -> dict[str, list[str]]:
    """Every claim of that verdict as one line of text, by requirement id.

    A check that claims nothing leaves its subject in doubt, as in a run.
    """
    found: dict[str, list[str]] = {}
    for judgement in judge_all(topology, facts):
        if verdict is Verdict.UNKNOWN and not judgement.claims:
            found.setdefault(judgement.check.requirement.id, []).append("nothing was examined")
        for claim in judgement.claims:
            if claim.verdict is verdict:
                text = f"{claim.subject}: expected {claim.expected}, observed {claim.observed}"
                found.setdefault(judgement.check.requirement.id, []).append(text)
    return found


def sick(name: str = "app", **changes: Any) -> Facts:
    """The healthy reference with one cluster's facets replaced by name of the facet."""
    facts = facts_for(world())
    for facet, value in changes.items():
        facts[name] = changed(facts[name], facet, value)
    return facts


def with_service(name: str, key: str, **changes: Any) -> Facts:
    """The healthy reference with one Service of one cluster changed."""
    facts = facts_for(world())
    facts[name] = with_one(facts[name], "services", key, **changes)
    return facts


def with_added(name: str, facet: str, *items: Any) -> Facts:
    """The healthy reference with objects added to one cluster."""
    facts = facts_for(world())
    facts[name] = with_more(facts[name], facet, *items)
    return facts


def live(name: str = "app") -> ClusterFacts:
    return facts_for(world())[name]


def said(one: Check, subject: object, *evidence: Any) -> list[tuple[str, str, str, str]]:
    """Verdict, subject, expected and observed of every claim."""
    claims = one(subject, *evidence).claims
    return [(item.verdict.value, item.subject, item.expected, item.observed) for item in claims]
