"""Mutations of what products let in, keep and give back, and of what they say of other clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from tests.live import with_each
from tests.random_worlds.mutating import Mutate, Pick, mutation
from tests.random_worlds.product_servers import (
    Account,
    Loki,
    Mysql,
    Prometheus,
    Redis,
    Tempo,
    Vault,
)
from tests.random_worlds.products import CANARY, SECRETS, STRANGER
from tests.random_worlds.servers import Page, Server, Web
from tests.random_worlds.worlds import World
from trueline.model.topology import Cluster
from trueline.questions.deployments import METRICS_PORT

product_mutation: Callable[..., Callable[[Mutate], Mutate]] = partial(mutation, products=True)
TURNS = (67.0, 65.0, 52.0, 50.0, 37.0, 35.0, 22.0, 20.0, 7.0, 5.0)  # ages of samples, in seconds


def _each(world: World, kind: type[Server], **changes: Any) -> World:
    """The same world, but for something of every listener of a kind."""
    for key, one in world.network.servers.items():
        if isinstance(one, kind):
            world = world.with_server(key, **changes)
    return world


def _pages(world: World, path: str, page: Page) -> World:
    """The same world, in which whoever has a page at a path has another one there."""
    for key, one in world.network.servers.items():
        if isinstance(one, Web) and (None, path) in one.pages:
            world = world.with_server(key, pages={**one.pages, (None, path): page})
    return world


def _others(world: World) -> tuple[Cluster, ...]:
    """The clusters that deliver into the products of the first."""
    return world.plan.clusters[1:]


# --- what senders deliver, and what is written ----------------------------------------------------


@product_mutation("REACH-010")
def the_samples_of_a_sender_do_not_arrive(_: Pick, world: World) -> World:
    return _each(world, Prometheus, arriving=())


@product_mutation("REACH-010")
def the_samples_of_a_sender_are_old(_: Pick, world: World) -> World:
    return _each(world, Prometheus, ages=(260.0, 245.0, 230.0, 215.0, 200.0))


@product_mutation("REACH-011")
def a_prometheus_drops_what_it_takes(_: Pick, world: World) -> World:
    return _each(world, Prometheus, keeps=False)


@product_mutation("REACH-016")
def two_senders_take_turns_at_a_series(_: Pick, world: World) -> World:
    return _each(world, Prometheus, ages=TURNS)


@product_mutation("REACH-012")
def the_lines_of_a_sender_do_not_arrive(_: Pick, world: World) -> World:
    return _each(world, Loki, arriving=())


@product_mutation("REACH-013")
def a_loki_drops_what_it_takes(_: Pick, world: World) -> World:
    return _each(world, Loki, keeps=False)


@product_mutation("REACH-013")
def a_loki_mixes_its_tenants(_: Pick, world: World) -> World:
    return _each(world, Loki, shown_to_all=True)


@product_mutation("REACH-014")
def a_loki_takes_who_names_no_tenant(_: Pick, world: World) -> World:
    return _each(world, Loki, lax=True)


@product_mutation("REACH-015")
def a_tempo_drops_what_it_takes(_: Pick, world: World) -> World:
    return _each(world, Tempo, spans={})


# --- who gets in ----------------------------------------------------------------------------------


def _admitting(world: World, part: Cluster, *more: Account, planned: bool = True) -> World:
    """The same world, in which the auth mount of a cluster lets in others too, or instead."""
    mount = f"kubernetes-{part}"
    for key, one in world.network.servers.items():
        if isinstance(one, Vault):
            own = one.admitted[mount] if planned else ()
            world = world.with_server(key, admitted={**one.admitted, mount: (*own, *more)})
    return world


@product_mutation("REACH-020")
def a_vault_does_not_know_a_cluster(pick: Pick, world: World) -> World:
    return _admitting(world, pick(_others(world)), planned=False)


@product_mutation("REACH-021")
def a_role_admits_every_account_of_a_namespace(pick: Pick, world: World) -> World:
    part = pick(_others(world))
    return _admitting(world, part, (part.name, SECRETS, STRANGER))


@product_mutation("REACH-021")
def a_mount_admits_the_namesake_of_another_cluster(pick: Pick, world: World) -> World:
    home = world.plan.clusters[0]
    return _admitting(world, pick(_others(world)), (home.name, SECRETS, CANARY))


@product_mutation("ISO-004")
def an_argocd_shows_its_applications_to_strangers(_: Pick, world: World) -> World:
    return _pages(world, "/api/v1/applications", (200, '{"items": []}'))


@product_mutation("VM-002")
def a_database_asks_for_no_password(pick: Pick, world: World) -> World:
    kinds: tuple[type[Server], ...] = (Redis, Mysql)
    return _each(world, pick(kinds), password=False)


# --- what is synced, deployed and connected -------------------------------------------------------


@product_mutation("REACH-022")
def the_store_of_a_secret_is_not_ready(pick: Pick, world: World) -> World:
    part = pick(_others(world))
    facet = pick(("secret_stores", "external_secrets"))
    return world.with_cluster(
        part.name,
        lambda c: with_each(c, facet, lambda one: replace(one, ready=False, reason="Denied")),
    )


@product_mutation("REACH-030")
def an_application_is_out_of_sync(_: Pick, world: World) -> World:
    return world.with_cluster(
        world.plan.clusters[0].name,
        lambda c: with_each(c, "applications", lambda one: replace(one, sync="OutOfSync")),
    )


@product_mutation("REACH-031")
def an_argocd_is_cut_off_from_a_cluster(_: Pick, world: World) -> World:
    for key, one in world.network.servers.items():
        if isinstance(one, Web) and (None, "/metrics") in one.pages and key[1] == METRICS_PORT:
            status, text = one.pages[None, "/metrics"]
            lost = text.replace("} 1", "} 0", 1)
            world = world.with_server(key, pages={(None, "/metrics"): (status, lost)})
    return world


@product_mutation("REACH-040")
def a_data_source_leads_elsewhere(_: Pick, world: World) -> World:
    page = (200, '{"type": "prometheus", "url": "http://192.0.2.9:9090"}')
    return _pages(world, "/api/datasources/uid/metrics", page)
