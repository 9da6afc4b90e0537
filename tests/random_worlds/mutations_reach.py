"""Mutations of what is reached, and of what must stay apart: flows, gateways, policies, VMs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from ipaddress import ip_address

from tests.live import changed
from tests.random_worlds.mutating import Pick, mutation
from tests.random_worlds.network import Fault, Key, lost, refused
from tests.random_worlds.servers import Server, Web
from tests.random_worlds.worlds import World
from tests.told import connected, reply
from trueline.model.address import Cidr
from trueline.model.product import Route
from trueline.model.topology import Cluster


def _pair(pick: Pick, world: World) -> tuple[Cluster, Cluster]:
    one = pick(world.plan.clusters)
    return one, pick(item for item in world.plan.clusters if item != one)


def _opened(one: Cluster, networks: Iterable[Cidr]) -> Fault:
    """What pods of a cluster try in some networks takes their connections."""
    inside = [cidr.network for cidr in networks]

    def fault(place: object, step: object) -> object:
        if getattr(place, "cluster", None) != one.name or step.transport != "tcp":  # type: ignore[attr-defined]
            return None
        try:
            address = ip_address(step.host)  # type: ignore[attr-defined]
        except ValueError:
            return None
        return connected() if any(address in network for network in inside) else None

    return fault  # type: ignore[return-value]


def _gate(world: World, route: Route, port: int | None) -> tuple[Key, Web]:
    """The listener of a gateway at which a host is routed."""
    (item,) = (one for one in world.plan.reservations if f"reservation:{one}" == route.gateway)
    key = (str(item.address), int(port or 0), "tcp")
    server = world.network.servers[key]
    assert isinstance(server, Web)
    return key, server


@mutation("REACH-001 REACH-003")
def pods_are_refused_at_a_reserved_port(pick: Pick, world: World) -> World:
    one, other = _pair(pick, world)
    item = pick(
        item
        for item in other.reservations
        if item.ports[0].protocol == "TCP" and item.ports[0].application not in ("http", "https")
    )
    at = (str(item.address), item.ports[0].number)
    return world.but(
        lambda place, step: (
            refused() if place.name == f"pods-{one}" and (step.host, step.port) == at else None
        )
    )


@mutation("REACH-002")
def a_port_opens_that_a_flow_must_not_reach(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    (item,) = (one for one in part.reservations if one.name == "ingress")
    key = (str(item.address), 81, "tcp")
    return replace(world, network=world.network.with_server(key, Server()))


@mutation("REACH-004")
def large_requests_are_lost(pick: Pick, world: World) -> World:
    item = pick(
        one
        for one in world.plan.reservations
        if any(port.application in ("http", "https") for port in one.ports)
    )
    return world.but(
        lambda _, step: (
            reply("silent", "tcp", "answer")
            if step.host == str(item.address)
            and step.request
            and len(str(step.request.headers)) > 2000
            else None
        )
    )


@mutation("ISO-001 REACH-002")
def pods_reach_the_pods_of_another_cluster(pick: Pick, world: World) -> World:
    one, other = _pair(pick, world)
    return world.but(_opened(one, other.pods))


@mutation("ISO-002 REACH-002")
def pods_reach_the_services_of_another_cluster(pick: Pick, world: World) -> World:
    one, other = _pair(pick, world)
    return world.but(_opened(one, other.services))


@mutation("ISO-003")
def a_reserved_address_takes_connections_on_port_22(pick: Pick, world: World) -> World:
    item = pick(world.plan.reservations)
    key = (str(item.address), 22, "tcp")
    return replace(world, network=world.network.with_server(key, Server()))


@mutation("TIME-004")
def the_clock_behind_a_reserved_address_is_ahead(pick: Pick, world: World) -> World:
    addresses = {str(item.address) for item in world.plan.reservations}
    servers = world.network.servers.items()
    key = pick(key for key, one in servers if key[0] in addresses and isinstance(one, Web))
    return world.with_server(key, ahead=30.0)


@mutation("REACH-001")
def a_reserved_port_shows_a_certificate_of_a_stranger(pick: Pick, world: World) -> World:
    item = pick(one for one in world.plan.reservations if one.ports[0].application == "https")
    return world.with_server((str(item.address), 443, "tcp"), signer="stranger")


@mutation("VM-001")
def a_vm_refuses_connections(pick: Pick, world: World) -> World:
    vm = pick(item for item in world.plan.vms if item.name != "front")
    key = (str(vm.address), vm.ports[0].number, "tcp")
    served = world.network.with_server(key, None)
    return replace(world, network=served.with_server((key[0], 1, "tcp"), Server()))


# --- gateways -------------------------------------------------------------------------------------


@mutation("ING-001")
def a_gateway_leads_to_another_application(pick: Pick, world: World) -> World:
    route = pick(world.plan.ingress.routes)
    key, _ = _gate(world, route, route.tls or route.plain)
    return world.with_server(key, pages={(route.host, "/"): (200, "another application")})


@mutation("ING-002")
def a_gateway_shows_a_certificate_for_another_host(pick: Pick, world: World) -> World:
    route = pick(item for item in world.plan.ingress.routes if item.tls)
    key, _ = _gate(world, route, route.tls)
    return world.with_server(key, names=("other.test",))


@mutation("ING-003")
def a_gateway_does_not_redirect(pick: Pick, world: World) -> World:
    route = pick(item for item in world.plan.ingress.routes if item.redirect)
    key, _ = _gate(world, route, route.plain)
    return world.with_server(key, redirects=())


@mutation("ING-004")
def a_gateway_answers_whoever_is_asked_for(pick: Pick, world: World) -> World:
    route = pick(world.plan.ingress.routes)
    key, _ = _gate(world, route, route.tls or route.plain)
    return world.with_server(key, other=(200, str(route.answers)))


# --- policies -------------------------------------------------------------------------------------


@mutation("POL-001")
def a_planned_caller_is_kept_out(pick: Pick, world: World) -> World:
    policy = pick(item for item in world.plan.policies if item.allow_from)
    doors = {address for address, one in world.network.doors.items() if one == policy}
    return world.but(
        lambda place, step: lost() if place.namespace == "ops" and step.host in doors else None
    )


@mutation("POL-002")
def a_policy_misses_a_pod(pick: Pick, world: World) -> World:
    policy = pick(world.plan.policies)
    missed = pick(at for at, one in world.network.doors.items() if one == policy and "." in at)
    doors = {at: one for at, one in world.network.doors.items() if at != missed}
    return replace(world, network=replace(world.network, doors=doors))


@mutation("POL-003", doubts="POL-002")
def the_engine_enforces_nothing(pick: Pick, world: World) -> World:
    policy = pick(world.plan.policies)
    doors = {at: one for at, one in world.network.doors.items() if one != policy}
    return replace(world, network=replace(world.network, doors=doors))


@mutation("POL-004")
def a_protected_namespace_has_no_policy(pick: Pick, world: World) -> World:
    policy = pick(world.plan.policies)
    return world.with_cluster(policy.cluster, lambda c: changed(c, "policies", ()))
