"""Mutations of what mesh workloads show, whom they let in, and what their gateways pass on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.live import changed
from tests.random_worlds.certificates import authority
from tests.random_worlds.listening import ISTIOD
from tests.random_worlds.mutating import Pick, mutation
from tests.random_worlds.servers import MeshPod
from tests.random_worlds.worlds import World
from tests.told import http, reply
from trueline.model.mesh import Workload


def _strict(pick: Pick, world: World) -> Workload:
    workloads = world.plan.mesh.workloads if world.plan.mesh else ()
    return pick(one for one in workloads if one.strict)


def _at_pods(world: World, one: Workload, **changes: Any) -> World:
    """The same world, but for the pods of a workload; its gateway shows what it showed."""
    ends = world.clusters[one.cluster].endpoints.value
    mine = {str(end.address) for end in ends if end.service == one.service}
    for key, server in world.network.servers.items():
        if isinstance(server, MeshPod) and key[0] in mine:
            world = world.with_server(key, **changes)
    return world


def _called(world: World, changes: dict[tuple[str, str], str]) -> World:
    called = {**world.network.called, **changes}
    return replace(world, network=replace(world.network, called=called))


@mutation("MTLS-001")
def a_workload_has_another_identity(pick: Pick, world: World) -> World:
    return _at_pods(world, _strict(pick, world), uri="spiffe://mesh.test/ns/shop/sa/other")


@mutation("MTLS-002")
def a_workload_has_a_certificate_of_another_root(pick: Pick, world: World) -> World:
    return _at_pods(world, _strict(pick, world), signer="stranger")


@mutation("MTLS-003")
def a_namespace_trusts_another_root(pick: Pick, world: World) -> World:
    part = pick(item for item in world.plan.clusters if world.plan.mesh)
    roots = world.clusters[part.name].mesh_roots.value
    other = (*roots, ("old", authority("stranger").pem))
    return world.with_cluster(part.name, lambda c: changed(c, "mesh_roots", other))


@mutation("MTLS-004")
def the_certificate_of_a_workload_has_expired(pick: Pick, world: World) -> World:
    return _at_pods(world, _strict(pick, world), end=-60.0)


@mutation("MTLS-005")
def a_strict_workload_answers_plaintext(pick: Pick, world: World) -> World:
    one = _strict(pick, world)
    ends = world.clusters[one.cluster].endpoints.value
    mine = {str(end.address) for end in ends if end.service == one.service}
    return world.but(
        lambda _, step: (
            http(200, "hello")
            if step.host in mine and step.transport == "tcp" and step.request
            else None
        )
    )


@mutation("MTLS-006")
def a_strict_workload_lets_strangers_in(pick: Pick, world: World) -> World:
    return _at_pods(world, _strict(pick, world), admits_strangers=True)


@mutation("MTLS-007")
def a_gateway_takes_names_that_nobody_has(pick: Pick, world: World) -> World:
    part = pick(item for item in world.plan.clusters if world.plan.mesh)
    (item,) = (one for one in part.reservations if one.name == "east-west")
    tls = world.network.servers[str(item.address), 15443, "tcp"].tls
    return world.but(
        lambda _, step: (
            reply("connected", "tls", tls=tls)
            if step.host == str(item.address) and "none.svc" in (step.server_name or "")
            else None
        )
    )


@mutation("MTLS-008")
def a_call_is_answered_by_another_application(pick: Pick, world: World) -> World:
    key = pick(
        key for key in world.network.called if key[0].startswith("mesh-") and "web" in key[1]
    )
    own = key[0].removeprefix("mesh-")
    pick([key] if f"web-{own}." not in key[1] else [])
    return _called(world, {key: "another application"})


@mutation("MTLS-009")
def a_workload_takes_old_tls(pick: Pick, world: World) -> World:
    return _at_pods(world, _strict(pick, world), old_tls=True)


@mutation("MTLS-010")
def an_istiod_watches_nobody_else(pick: Pick, world: World) -> World:
    part = pick(item for item in world.plan.clusters if world.plan.mesh)
    text = 'istiod_managed_clusters{cluster_type="local"} 1\n'
    return _called(world, {(f"pods-{part}", ISTIOD): text})
