"""Defects of the networks of the clusters."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.properties.planting import Planted, defect, pair, pick, renumbered, small
from tests.worlds import (
    cidrs,
    with_cluster,
)
from trueline.model.address import Cidr
from trueline.model.topology import Topology


@defect
def service_networks_overlap(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = pair(draw, plan)
    part = small(pick(draw, one.services).network)
    return Planted(renumbered(plan, other.name, part), "PLAN-002", (one, other, part))


@defect
def pod_networks_are_equal(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = pair(draw, plan)
    return Planted(
        with_cluster(plan, other.name, pods=one.pods), "PLAN-003", (one, other, one.pods[0])
    )


@defect
def services_lie_in_another_clusters_pods(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = pair(draw, plan)
    part = small(pick(draw, one.pods).network)
    return Planted(renumbered(plan, other.name, part), "PLAN-004", (one, other, part))


@defect
def services_lie_in_the_own_pods(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.clusters)
    part = small(pick(draw, one.pods).network)
    return Planted(renumbered(plan, one.name, part), "PLAN-004", (one, part))


@defect
def services_lie_on_a_segment(draw: st.DrawFn, plan: Topology) -> Planted:
    segment = pick(draw, plan.segments)
    one = pick(draw, plan.clusters)
    part = small(segment.cidr.network, segment.cidr.network[-1])
    return Planted(renumbered(plan, one.name, part), "PLAN-005", (one, segment, part))


@defect
def a_node_lies_in_a_service_network(draw: st.DrawFn, plan: Topology) -> Planted:
    node = pick(draw, plan.nodes)
    one = pick(draw, plan.clusters)
    part = small(plan.segments[0].cidr.network, node.addresses[0])
    return Planted(
        renumbered(plan, one.name, part), "PLAN-005 PLAN-042", (one, node, node.addresses[0])
    )


@defect
def a_network_has_host_bits(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.clusters)
    cidr = pick(draw, one.services)
    literal = f"{cidr.network.network_address + 1}/{cidr.network.prefixlen}"
    changed = tuple(Cidr.parse(literal) if item == cidr else item for item in one.services)
    return Planted(with_cluster(plan, one.name, services=changed), "PLAN-001", (one, literal))


@defect
def a_service_network_is_too_small(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.clusters)
    cidr = pick(draw, one.services)
    tiny = Cidr.parse(f"{cidr.network.network_address}/{cidr.network.max_prefixlen - 3}")
    return Planted(renumbered(plan, one.name, tiny), "PLAN-007", (one, tiny))


@defect
def a_family_has_two_service_networks(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.clusters)
    second = "203.0.113.0/24" if one.services[0].network.version == 4 else "2001:db8::/112"
    return Planted(
        with_cluster(plan, one.name, services=one.services + cidrs(second)), "PLAN-008", (one,)
    )


@defect
def cluster_dns_is_no_service_address(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.clusters)
    address = one.services[0].network.network_address + draw(st.integers(-1, 1))
    return Planted(with_cluster(plan, one.name, dns_service=address), "PLAN-009", (one, address))


@defect
def a_node_gets_no_pod_range(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, (part for part in plan.clusters if len(part.nodes) > 1))
    cidr = pick(draw, one.pods)
    family = cidr.network.version
    prefixes = {**one.node_prefix, family: cidr.network.prefixlen}
    return Planted(with_cluster(plan, one.name, node_prefix=prefixes), "PLAN-010", (one, cidr))
