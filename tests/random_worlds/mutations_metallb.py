"""Mutations of what the APIs of clusters say about MetalLB and of its Services."""

from __future__ import annotations

from dataclasses import replace

from tests.live import (
    LABEL,
    balancer,
    with_each,
    with_more,
    with_one,
    without,
    without_ready,
)
from tests.random_worlds.mutating import Pick, mutation
from tests.random_worlds.servers import Web
from tests.random_worlds.worlds import World
from trueline.model.address import Range
from trueline.model.observation import ClusterFacts, EndedFact, PoolFact, SelectorFact
from trueline.model.topology import Cluster, Pool, Reservation

OLD, NEW = "metallb.universe.tf/", "metallb.io/"
EXCLUDED = {"node.kubernetes.io/exclude-from-external-load-balancers": ""}


def _owned(pick: Pick, world: World) -> Reservation:
    return pick(world.plan.reservations)


def _spare(pick: Pick, world: World) -> Pool:
    return pick(pool for pool in world.plan.pools if pool.auto_assign)


def _door(world: World) -> str:
    """A LoadBalancer that nobody planned goes around the gateways, if the plan says who may."""
    return "ING-005" if world.plan.ingress.direct is not None else ""


def _held(part: Cluster, pool: Pool, name: str = "stray/stray", offset: int = 90) -> object:
    """A Service that holds the first address of a pool, with a ClusterIP of its cluster."""
    address = part.services[0].network.network_address + offset
    return balancer(name, str(pool.ranges[0].first), cluster_ip=str(address))


@mutation("LB-001")
def the_controller_is_not_ready(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    return world.with_cluster(part.name, lambda c: with_one(c, "workloads", "controller", ready=0))


@mutation("LB-002")
def a_speaker_is_not_ready(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    ready = len(part.nodes) - 1
    return world.with_cluster(part.name, lambda c: with_one(c, "workloads", "speaker", ready=ready))


@mutation("LB-003")
def metallb_runs_in_another_version(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    return world.with_cluster(
        part.name,
        lambda c: with_each(
            c,
            "workloads",
            lambda one: replace(one, images=(f"quay.io/metallb/{one.name}:v0.13.9",)),
        ),
    )


@mutation("LB-004")
def a_pool_loses_an_address(pick: Pick, world: World) -> World:
    pool = pick(item for item in world.plan.pools if item.auto_assign and item.ranges[0].size > 1)
    first = pool.ranges[0].first
    smaller = (Range(first + 1, pool.ranges[0].last),)
    return world.with_cluster(
        pool.cluster, lambda c: with_one(c, "pools", pool.name, ranges=smaller)
    )


@mutation("LB-005")
def a_pool_is_there_that_nobody_planned(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    more = PoolFact(name="more", ranges=(Range.parse("172.29.0.1-172.29.0.2"),), auto_assign=False)
    return world.with_cluster(part.name, lambda c: with_more(c, "pools", more))


@mutation("LB-004 LB-008")
def a_pool_reaches_into_another_clusters(pick: Pick, world: World) -> World:
    one, other, *_ = world.plan.clusters
    mine = pick(pool for pool in one.pools if pool.auto_assign)
    theirs = pick(pool for pool in other.pools if pool.auto_assign)
    return world.with_cluster(
        one.name,
        lambda c: with_one(c, "pools", mine.name, ranges=(*mine.ranges, *theirs.ranges)),
    )


@mutation("LB-006")
def a_pool_assigns_unasked_otherwise_than_planned(pick: Pick, world: World) -> World:
    pool = pick(world.plan.pools)
    return world.with_cluster(
        pool.cluster, lambda c: with_one(c, "pools", pool.name, auto_assign=not pool.auto_assign)
    )


@mutation("LB-007")
def nothing_advertises_a_spare_pool(pick: Pick, world: World) -> World:
    pool = pick(item for item in world.plan.pools if item.auto_assign and item.advertise == "l2")
    return world.with_cluster(
        pool.cluster, lambda c: without(c, "advertisements", f"l2-{pool.name}")
    )


@mutation("LB-007")
def an_advertisement_selects_no_node(pick: Pick, world: World) -> World:
    pool = pick(item for item in world.plan.pools if item.auto_assign and item.advertise == "l2")
    nobody = (SelectorFact(match_labels={LABEL: "nobody"}),)
    return world.with_cluster(
        pool.cluster,
        lambda c: with_one(c, "advertisements", f"l2-{pool.name}", node_selectors=nobody),
    )


@mutation("LB-009")
def an_owner_is_no_load_balancer(pick: Pick, world: World) -> World:
    item = _owned(pick, world)
    return world.with_cluster(
        item.cluster, lambda c: with_one(c, "services", item.owner, type="ClusterIP")
    )


@mutation("LB-010")
def an_owner_does_not_offer_a_port(pick: Pick, world: World) -> World:
    item = _owned(pick, world)
    return world.with_cluster(item.cluster, lambda c: with_one(c, "services", item.owner, ports=()))


@mutation("DNS-010 LB-011 L2-005")
def an_owner_has_no_address(pick: Pick, world: World) -> World:
    item = _owned(pick, world)
    return world.with_cluster(
        item.cluster, lambda c: with_one(c, "services", item.owner, ingress=())
    )


@mutation("DNS-010 LB-012 LB-017 L2-005")
def a_service_has_its_neighbours_address(pick: Pick, world: World) -> World:
    item = _owned(pick, world)
    other = pick(
        one
        for one in world.plan.cluster(item.cluster).reservations
        if one.owner != item.owner and one.address.version == item.address.version
    )
    return world.with_cluster(
        item.cluster, lambda c: with_one(c, "services", item.owner, ingress=(other.address,))
    )


@mutation("LB-013")
def an_owner_has_nobody_behind_it(pick: Pick, world: World) -> World:
    item = _owned(pick, world)
    return world.with_cluster(item.cluster, lambda c: without_ready(c, item.owner))


@mutation("LB-014", also=_door)
def a_stray_service_holds_a_spare_address(pick: Pick, world: World) -> World:
    pool = _spare(pick, world)
    part = world.plan.cluster(pool.cluster)
    return world.with_cluster(part.name, lambda c: with_more(c, "services", _held(part, pool)))


@mutation("LB-014 LB-020", also=_door)
def two_stray_services_hold_one_address(pick: Pick, world: World) -> World:
    pool = _spare(pick, world)
    part = world.plan.cluster(pool.cluster)
    both = (_held(part, pool), _held(part, pool, "stray/other", 91))
    return world.with_cluster(part.name, lambda c: with_more(c, "services", *both))


@mutation("LB-021", also=_door)
def a_service_holds_an_address_of_another_cluster(pick: Pick, world: World) -> World:
    item = _owned(pick, world)
    other = pick(one for one in world.plan.clusters if one.name != item.cluster)
    address = other.services[0].network.network_address + 90
    stray = balancer("stray/stray", str(item.address), cluster_ip=str(address))
    return world.with_cluster(other.name, lambda c: with_more(c, "services", stray))


@mutation("LB-015")
def an_annotation_is_not_read_by_the_version(pick: Pick, world: World) -> World:
    old = {c.name for c in world.plan.clusters if c.versions["metallb"].startswith("0.13")}
    item = pick(one for one in world.plan.reservations if one.cluster in old)
    asked = {f"{NEW}loadBalancerIPs": str(item.address)}
    return world.with_cluster(
        item.cluster, lambda c: with_one(c, "services", item.owner, annotations=asked)
    )


@mutation("LB-016")
def a_service_asks_twice(pick: Pick, world: World) -> World:
    item = _owned(pick, world)
    return world.with_cluster(
        item.cluster,
        lambda c: with_one(c, "services", item.owner, load_balancer_ip=str(item.address)),
    )


@mutation("LB-017")
def a_service_asks_for_another_address(pick: Pick, world: World) -> World:
    item = _owned(pick, world)
    pools = world.plan.cluster(item.cluster).pools
    free = pick(pool for pool in pools if pool.auto_assign)
    asked = {f"{OLD}loadBalancerIPs": str(free.ranges[0].first)}
    return world.with_cluster(
        item.cluster, lambda c: with_one(c, "services", item.owner, annotations=asked)
    )


@mutation("LB-018 L2-005")
def the_endpoints_of_a_local_service_name_no_node(pick: Pick, world: World) -> World:
    item = _owned(pick, world)

    def hand_made(facts: ClusterFacts) -> ClusterFacts:
        facts = with_one(facts, "services", item.owner, external_traffic_policy="Local")
        return with_each(
            facts,
            "endpoints",
            lambda one: replace(one, node=None) if one.service == item.owner else one,
        )

    return world.with_cluster(item.cluster, hand_made)


@mutation("LB-022")
def an_owner_asks_for_nothing(pick: Pick, world: World) -> World:
    item = _owned(pick, world)
    return world.with_cluster(
        item.cluster, lambda c: with_one(c, "services", item.owner, annotations={})
    )


@mutation("LB-019 L2-005")
def all_nodes_are_excluded(pick: Pick, world: World) -> World:
    part = pick(c for c in world.plan.clusters if not c.versions["metallb"].startswith("0.13"))
    return world.with_cluster(
        part.name, lambda c: with_each(c, "nodes", lambda one: replace(one, labels=EXCLUDED))
    )


@mutation("LB-023")
def a_speaker_rejected_the_configuration(pick: Pick, world: World) -> World:
    key = pick(key for key in world.network.servers if key[1] == 7472)
    server = world.network.servers[key]
    assert isinstance(server, Web)
    pages = {
        at: (s, t.replace("stale_bool 0", "stale_bool 1")) for at, (s, t) in server.pages.items()
    }
    return world.with_server(key, pages=pages)


@mutation("LB-024")
def a_speaker_was_killed(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    facts = world.clusters[part.name]
    end = EndedFact(
        container="speaker", at=facts.pods.at - 60, code=137, reason="OOMKilled", times=1
    )
    return world.with_cluster(
        part.name, lambda c: with_one(c, "pods", "speaker-0", restarts=1, ended=(end,))
    )
