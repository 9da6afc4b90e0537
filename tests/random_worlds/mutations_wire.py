"""Mutations of who answers on a segment."""

from __future__ import annotations

from tests.random_worlds.mutating import Pick, mutation
from tests.random_worlds.network import lost
from tests.random_worlds.wire import announcer
from tests.random_worlds.worlds import World
from tests.told import reply
from tests.wire import FOREIGN, mac_of
from trueline.model.places import at_node
from trueline.model.probe import Reply, Step
from trueline.model.subject import silent_addresses
from trueline.model.topology import Reservation, Vantage


def _announcer(world: World, item: Reservation) -> str:
    return mac_of(f"{item.cluster}/{announcer(item, world.clusters[item.cluster])}")


@mutation("L2-001")
def a_node_and_a_stranger_answer_for_an_address(pick: Pick, world: World) -> World:
    node = pick(world.plan.nodes)
    return world.with_heard(node.addresses[0], mac_of(str(node)), FOREIGN)


@mutation("L2-002")
def two_machines_answer_for_a_gateway(pick: Pick, world: World) -> World:
    segment = pick(item for item in world.plan.segments if item.gateway is not None)
    return world.with_heard(segment.gateway, mac_of(f"gateway of {segment}"), FOREIGN)


@mutation("L2-003")
def nobody_answers_for_a_vm(pick: Pick, world: World) -> World:
    vm = pick(item for item in world.plan.vms if item.address is not None)
    return world.with_heard(vm.address)


@mutation("L2-004")
def nobody_answers_for_a_reserved_address(pick: Pick, world: World) -> World:
    item = pick(world.plan.reservations)
    return world.with_heard(item.address)


@mutation("L2-004")
def a_stranger_answers_for_a_reserved_address_too(pick: Pick, world: World) -> World:
    item = pick(world.plan.reservations)
    return world.with_heard(item.address, _announcer(world, item), FOREIGN)


@mutation("L2-004")
def two_nodes_answer_for_a_reserved_address(pick: Pick, world: World) -> World:
    item = pick(world.plan.reservations)
    mine = _announcer(world, item)
    nodes = world.plan.cluster(item.cluster).nodes
    other = pick(mac for mac in (mac_of(str(node)) for node in nodes) if mac != mine)
    return world.with_heard(item.address, mine, other)


@mutation("L2-005")
def a_node_of_another_cluster_answers(pick: Pick, world: World) -> World:
    item = pick(world.plan.reservations)
    segment = world.plan.cluster(item.cluster).segment
    other = pick(
        node
        for part in world.plan.clusters
        if part.name != item.cluster and part.segment == segment
        for node in part.nodes
    )
    return world.with_heard(item.address, mac_of(str(other)))


@mutation("L2-006")
def somebody_answers_for_a_free_address(pick: Pick, world: World) -> World:
    free = pick(silent_addresses(world.plan))
    return world.with_heard(free.address, FOREIGN)


@mutation("L2-007")
def a_host_remembers_a_machine_that_does_not_answer(pick: Pick, world: World) -> World:
    item = pick(world.plan.reservations)
    host = pick(one for one in world.plan.vantages if one.kind == "host")

    def stale(place: Vantage, step: Step) -> Reply | None:
        if place != host or step.transport != "neighbour" or step.host != str(item.address):
            return None
        return reply("answered", "answer", received=FOREIGN.encode())

    return world.but(stale)


@mutation("L2-008")
def the_announcing_node_passes_nothing_on(pick: Pick, world: World) -> World:
    item = pick(
        one for one in world.plan.reservations if any(port.protocol == "TCP" for port in one.ports)
    )
    node = at_node(item.cluster, announcer(item, world.clusters[item.cluster]))

    def lost_there(place: Vantage, step: Step) -> Reply | None:
        mine = place.name == node and step.host == str(item.address)
        return lost() if mine else None

    return world.but(lost_there)
