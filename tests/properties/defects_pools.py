"""Defects of segments, hosts, pools and reservations."""

from __future__ import annotations

from collections import Counter
from ipaddress import ip_address
from itertools import permutations

from hypothesis import strategies as st

from tests.properties.planting import Planted, defect, pick, widened
from tests.worlds import (
    with_name,
    with_node,
    with_pool,
    with_reservation,
    with_segment,
    with_vm,
    without_name,
)
from trueline.model.address import Address, Range
from trueline.model.topology import Reservation, Topology


@defect
def the_gateway_is_off_its_segment(draw: st.DrawFn, plan: Topology) -> Planted:
    segment = pick(draw, plan.segments)
    gateway = segment.cidr.network.broadcast_address + 1
    return Planted(
        with_segment(plan, segment.name, gateway=gateway), "PLAN-011", (segment, gateway)
    )


@defect
def two_hosts_have_one_address(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = pick(
        draw,
        (
            (one, other)
            for one in plan.nodes
            for other in plan.nodes
            if str(one) < str(other)
            and plan.cluster(one.cluster).segment == plan.cluster(other.cluster).segment
        ),
    )
    changed = with_node(plan, str(other), addresses=map(str, one.addresses))
    return Planted(changed, "PLAN-006", (one, other, one.addresses[0]))


@defect
def a_node_is_leased_to_others_twice(draw: st.DrawFn, plan: Topology) -> Planted:
    segment = pick(draw, (part for part in plan.segments if part.dhcp))
    changed = with_segment(plan, segment.name, dhcp=segment.dhcp * 2)
    return Planted(changed, "PLAN-006", (segment, segment.dhcp[0]))


@defect
def a_node_has_no_address(draw: st.DrawFn, plan: Topology) -> Planted:
    node = pick(draw, plan.nodes)
    return Planted(with_node(plan, str(node), addresses=()), "PLAN-040", (node,))


@defect
def a_node_is_off_its_segment(draw: st.DrawFn, plan: Topology) -> Planted:
    node = pick(draw, plan.nodes)
    strangers = ["203.0.113.9" if item.version == 4 else "2001:db8::9" for item in node.addresses]
    changed = with_node(plan, str(node), addresses=strangers)
    return Planted(changed, "PLAN-041", (node, strangers[0]))


@defect
def a_vm_has_no_address(draw: st.DrawFn, plan: Topology) -> Planted:
    vm = pick(draw, plan.vms)
    changed = without_name(with_vm(plan, vm.name, address=None), f"{vm}.vms.test")
    return Planted(changed, "PLAN-043", (vm,))


@defect
def pools_of_two_clusters_overlap(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = pick(
        draw,
        (
            (one, other)
            for one in plan.pools
            for other in plan.pools
            if one.cluster != other.cluster and one.segment == other.segment
        ),
    )
    shared = one.ranges[0].last
    changed = widened(plan, str(other), str(shared))
    return Planted(changed, "PLAN-023", (one, other, shared))


@defect
def a_pool_takes_a_nodes_address(draw: st.DrawFn, plan: Topology) -> Planted:
    pool, node, address = pick(
        draw,
        (
            (pool, node, address)
            for pool in plan.pools
            for node in plan.nodes
            for address in node.addresses
            if plan.segment(pool.segment).cidr.range.holds(address)
        ),
    )
    return Planted(widened(plan, str(pool), str(address)), "PLAN-024", (pool, node, address))


@defect
def a_pool_takes_leased_addresses(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = pick(draw, (item for item in plan.pools if plan.segment(item.segment).dhcp))
    segment = plan.segment(pool.segment)
    leased = segment.dhcp[0]
    return Planted(widened(plan, str(pool), _text(leased)), "PLAN-022", (pool, segment, leased))


def _text(part: Range) -> str:
    return f"{part.first}-{part.last}"


@defect
def a_pool_holds_the_gateway(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = pick(draw, (item for item in plan.pools if plan.segment(item.segment).gateway))
    segment = plan.segment(pool.segment)
    changed = widened(plan, str(pool), str(segment.gateway))
    return Planted(changed, "PLAN-021", (pool, segment, segment.gateway))


@defect
def a_pool_holds_the_network_address(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = pick(draw, plan.pools)
    address = plan.segment(pool.segment).cidr.network.network_address
    changed = widened(plan, str(pool), str(address))
    return Planted(changed, "PLAN-021", (pool, pool.segment, address))


@defect
def a_pool_is_off_its_segment(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = pick(draw, plan.pools)
    return Planted(widened(plan, str(pool), "203.0.113.7"), "PLAN-020", (pool, "203.0.113.7"))


@defect
def a_pool_with_reservations_is_silent(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = pick(draw, (item for item in plan.pools if not item.auto_assign))
    return Planted(with_pool(plan, str(pool), advertise="none"), "PLAN-025", (pool,))


@defect
def reserved_addresses_are_assigned_to_anyone(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = pick(draw, (item for item in plan.pools if not item.auto_assign))
    changed = with_pool(plan, str(pool), auto_assign=True)
    return Planted(changed, "PLAN-026", (pool, pool.ranges[0].first))


def _moved(plan: Topology, name: str, target: Address) -> Topology:
    """The reservation at another address, and its DNS name with it."""
    (old,) = (item.address for item in plan.reservations if str(item) == name)
    (dns,) = (item for item in plan.dns.names if old in item.addresses)
    there = [str(target if address == old else address) for address in dns.addresses]
    return with_name(with_reservation(plan, name, address=target), dns.name, addresses=there)


@defect
def an_address_is_reserved_twice(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = pick(draw, _neighbours(plan))
    changed = with_reservation(plan, str(other), address=one.address)
    names = [item.name for item in plan.dns.names if other.address in item.addresses]
    return Planted(without_name(changed, *names), "PLAN-032", (one, other, one.address))


def _neighbours(plan: Topology) -> list[tuple[Reservation, Reservation]]:
    """Two reservations of a cluster and family, each its owner's only one."""
    owned = Counter((item.cluster, item.owner) for item in plan.reservations)
    return [
        (one, other)
        for one, other in permutations(plan.reservations, 2)
        if one.cluster == other.cluster
        and one.address.version == other.address.version
        and owned[one.cluster, one.owner] == owned[other.cluster, other.owner] == 1
    ]


@defect
def a_reservation_is_in_no_pool(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.reservations)
    lost = ip_address("203.0.113.5" if one.address.version == 4 else "2001:db8::5")
    return Planted(_moved(plan, str(one), lost), "PLAN-030", (one, lost))


@defect
def a_reservation_is_the_networks_address(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.reservations)
    segment = pick(
        draw,
        (part for part in plan.segments if part.cidr.network.version == one.address.version),
    )
    address = segment.cidr.network.network_address
    changed = _moved(plan, str(one), address)
    return Planted(changed, "PLAN-030 PLAN-031", (one, segment, address))


@defect
def a_service_has_two_addresses(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = pick(draw, _neighbours(plan))
    changed = with_reservation(plan, str(other), owner=one.owner)
    return Planted(changed, "PLAN-033", (one, other, one.owner))


@defect
def a_vm_has_no_ports(draw: st.DrawFn, plan: Topology) -> Planted:
    vm = pick(draw, plan.vms)
    return Planted(with_vm(plan, vm.name, ports=()), "PLAN-034", (vm,))


@defect
def a_tls_port_has_no_names(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, (item for item in plan.reservations if item.tls_names))
    return Planted(with_reservation(plan, str(one), tls_names=()), "PLAN-035", (one,))
