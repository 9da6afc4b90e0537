"""Defects to plant in a valid plan: the change, the requirements it breaks, the parties to name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from ipaddress import ip_address
from itertools import permutations
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from tests.worlds import (
    cidrs,
    dns_name,
    exemption,
    flow,
    member,
    policy,
    port,
    ranges,
    with_cluster,
    with_flow,
    with_load_balancer,
    with_more,
    with_name,
    with_node,
    with_pool,
    with_reservation,
    with_segment,
    with_vm,
    with_zone,
    without_name,
)
from trueline.model.address import Address, Cidr, Network, Range
from trueline.model.topology import Cluster, Identity, Reservation, Topology


@dataclass(frozen=True)
class Planted:
    """The plan with the defect, the ids of exactly what it breaks, and who has to be named."""

    topology: Topology
    broken: str
    parties: tuple[object, ...]


Defect = Callable[[st.DrawFn, Topology], Planted]
DEFECTS: dict[str, Defect] = {}


def defect(plant: Defect) -> Defect:
    DEFECTS[plant.__name__.replace("_", " ")] = plant
    return plant


def _pick(draw: st.DrawFn, items: Any) -> Any:
    """One of the items; a plan without any is passed over."""
    items = list(items)
    assume(items)
    return draw(st.sampled_from(items))


def _pair(draw: st.DrawFn, plan: Topology) -> tuple[Cluster, Cluster]:
    assume(len(plan.clusters) > 1)
    one, other = draw(st.permutations(plan.clusters))[:2]
    return one, other


def _small(network: Network, at: Address | None = None) -> Cidr:
    """A Service network of 16 addresses inside another network, around an address."""
    host = int(at or network.network_address) & ~15
    kind = type(network.network_address)
    return Cidr.parse(f"{kind(host)}/{network.max_prefixlen - 4}")


def _with_services(plan: Topology, name: str, *services: Cidr) -> Topology:
    """The cluster's Service networks, each new one in the place of its family's."""
    fresh = {cidr.network.version: cidr for cidr in services}
    kept = tuple(fresh.get(cidr.network.version, cidr) for cidr in plan.cluster(name).services)
    return with_cluster(plan, name, services=kept, dns_service=None)


def _with_range(plan: Topology, name: str, text: str) -> Topology:
    (pool,) = (item for item in plan.pools if str(item) == name)
    return with_pool(plan, name, ranges=pool.ranges + ranges(text))


# --- networks -------------------------------------------------------------------------------------


@defect
def service_networks_overlap(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = _pair(draw, plan)
    part = _small(_pick(draw, one.services).network)
    return Planted(_with_services(plan, other.name, part), "PLAN-002", (one, other, part))


@defect
def pod_networks_are_equal(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = _pair(draw, plan)
    return Planted(
        with_cluster(plan, other.name, pods=one.pods), "PLAN-003", (one, other, one.pods[0])
    )


@defect
def services_lie_in_another_clusters_pods(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = _pair(draw, plan)
    part = _small(_pick(draw, one.pods).network)
    return Planted(_with_services(plan, other.name, part), "PLAN-004", (one, other, part))


@defect
def services_lie_in_the_own_pods(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.clusters)
    part = _small(_pick(draw, one.pods).network)
    return Planted(_with_services(plan, one.name, part), "PLAN-004", (one, part))


@defect
def services_lie_on_a_segment(draw: st.DrawFn, plan: Topology) -> Planted:
    segment = _pick(draw, plan.segments)
    one = _pick(draw, plan.clusters)
    part = _small(segment.cidr.network, segment.cidr.network[-1])
    return Planted(_with_services(plan, one.name, part), "PLAN-005", (one, segment, part))


@defect
def a_node_lies_in_a_service_network(draw: st.DrawFn, plan: Topology) -> Planted:
    node = _pick(draw, plan.nodes)
    one = _pick(draw, plan.clusters)
    part = _small(plan.segments[0].cidr.network, node.addresses[0])
    return Planted(
        _with_services(plan, one.name, part), "PLAN-005 PLAN-042", (one, node, node.addresses[0])
    )


@defect
def a_network_has_host_bits(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.clusters)
    cidr = _pick(draw, one.services)
    literal = f"{cidr.network.network_address + 1}/{cidr.network.prefixlen}"
    changed = tuple(Cidr.parse(literal) if item == cidr else item for item in one.services)
    return Planted(with_cluster(plan, one.name, services=changed), "PLAN-001", (one, literal))


@defect
def a_service_network_is_too_small(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.clusters)
    cidr = _pick(draw, one.services)
    tiny = Cidr.parse(f"{cidr.network.network_address}/{cidr.network.max_prefixlen - 3}")
    return Planted(_with_services(plan, one.name, tiny), "PLAN-007", (one, tiny))


@defect
def a_family_has_two_service_networks(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.clusters)
    second = "203.0.113.0/24" if one.services[0].network.version == 4 else "2001:db8::/112"
    return Planted(
        with_cluster(plan, one.name, services=one.services + cidrs(second)), "PLAN-008", (one,)
    )


@defect
def cluster_dns_is_no_service_address(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.clusters)
    address = one.services[0].network.network_address + draw(st.integers(-1, 1))
    return Planted(with_cluster(plan, one.name, dns_service=address), "PLAN-009", (one, address))


@defect
def a_node_gets_no_pod_range(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, (part for part in plan.clusters if len(part.nodes) > 1))
    cidr = _pick(draw, one.pods)
    family = cidr.network.version
    prefixes = {**one.node_prefix, family: cidr.network.prefixlen}
    return Planted(with_cluster(plan, one.name, node_prefix=prefixes), "PLAN-010", (one, cidr))


# --- segments, hosts and pools --------------------------------------------------------------------


@defect
def the_gateway_is_off_its_segment(draw: st.DrawFn, plan: Topology) -> Planted:
    segment = _pick(draw, plan.segments)
    gateway = segment.cidr.network.broadcast_address + 1
    return Planted(
        with_segment(plan, segment.name, gateway=gateway), "PLAN-011", (segment, gateway)
    )


@defect
def two_hosts_have_one_address(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = _pick(
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
    segment = _pick(draw, (part for part in plan.segments if part.dhcp))
    changed = with_segment(plan, segment.name, dhcp=segment.dhcp * 2)
    return Planted(changed, "PLAN-006", (segment, segment.dhcp[0]))


@defect
def a_node_has_no_address(draw: st.DrawFn, plan: Topology) -> Planted:
    node = _pick(draw, plan.nodes)
    return Planted(with_node(plan, str(node), addresses=()), "PLAN-040", (node,))


@defect
def a_node_is_off_its_segment(draw: st.DrawFn, plan: Topology) -> Planted:
    node = _pick(draw, plan.nodes)
    strangers = ["203.0.113.9" if item.version == 4 else "2001:db8::9" for item in node.addresses]
    changed = with_node(plan, str(node), addresses=strangers)
    return Planted(changed, "PLAN-041", (node, strangers[0]))


@defect
def a_vm_has_no_address(draw: st.DrawFn, plan: Topology) -> Planted:
    vm = _pick(draw, plan.vms)
    changed = without_name(with_vm(plan, vm.name, address=None), f"{vm}.vms.test")
    return Planted(changed, "PLAN-043", (vm,))


@defect
def pools_of_two_clusters_overlap(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = _pick(
        draw,
        (
            (one, other)
            for one in plan.pools
            for other in plan.pools
            if one.cluster != other.cluster and one.segment == other.segment
        ),
    )
    shared = one.ranges[0].last
    changed = _with_range(plan, str(other), str(shared))
    return Planted(changed, "PLAN-023", (one, other, shared))


@defect
def a_pool_takes_a_nodes_address(draw: st.DrawFn, plan: Topology) -> Planted:
    pool, node, address = _pick(
        draw,
        (
            (pool, node, address)
            for pool in plan.pools
            for node in plan.nodes
            for address in node.addresses
            if plan.segment(pool.segment).cidr.range.holds(address)
        ),
    )
    return Planted(_with_range(plan, str(pool), str(address)), "PLAN-024", (pool, node, address))


@defect
def a_pool_takes_leased_addresses(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = _pick(draw, (item for item in plan.pools if plan.segment(item.segment).dhcp))
    segment = plan.segment(pool.segment)
    leased = segment.dhcp[0]
    return Planted(_with_range(plan, str(pool), _text(leased)), "PLAN-022", (pool, segment, leased))


def _text(part: Range) -> str:
    return f"{part.first}-{part.last}"


@defect
def a_pool_holds_the_gateway(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = _pick(draw, (item for item in plan.pools if plan.segment(item.segment).gateway))
    segment = plan.segment(pool.segment)
    changed = _with_range(plan, str(pool), str(segment.gateway))
    return Planted(changed, "PLAN-021", (pool, segment, segment.gateway))


@defect
def a_pool_holds_the_network_address(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = _pick(draw, plan.pools)
    address = plan.segment(pool.segment).cidr.network.network_address
    changed = _with_range(plan, str(pool), str(address))
    return Planted(changed, "PLAN-021", (pool, pool.segment, address))


@defect
def a_pool_is_off_its_segment(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = _pick(draw, plan.pools)
    return Planted(_with_range(plan, str(pool), "203.0.113.7"), "PLAN-020", (pool, "203.0.113.7"))


@defect
def a_pool_with_reservations_is_silent(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = _pick(draw, (item for item in plan.pools if not item.auto_assign))
    return Planted(with_pool(plan, str(pool), advertise="none"), "PLAN-025", (pool,))


@defect
def reserved_addresses_are_assigned_to_anyone(draw: st.DrawFn, plan: Topology) -> Planted:
    pool = _pick(draw, (item for item in plan.pools if not item.auto_assign))
    changed = with_pool(plan, str(pool), auto_assign=True)
    return Planted(changed, "PLAN-026", (pool, pool.ranges[0].first))


# --- reservations ---------------------------------------------------------------------------------


def _moved(plan: Topology, name: str, target: Address) -> Topology:
    """The reservation at another address, and its DNS name with it."""
    (old,) = (item.address for item in plan.reservations if str(item) == name)
    (dns,) = (item for item in plan.dns.names if old in item.addresses)
    there = [str(target if address == old else address) for address in dns.addresses]
    return with_name(with_reservation(plan, name, address=target), dns.name, addresses=there)


@defect
def an_address_is_reserved_twice(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = _pick(draw, _neighbours(plan))
    changed = with_reservation(plan, str(other), address=one.address)
    names = [item.name for item in plan.dns.names if other.address in item.addresses]
    return Planted(without_name(changed, *names), "PLAN-032", (one, other, one.address))


def _neighbours(plan: Topology) -> list[tuple[Reservation, Reservation]]:
    """Two reservations of a cluster and family, the second its owner's only one."""
    owned = Counter((item.cluster, item.owner) for item in plan.reservations)
    return [
        (one, other)
        for one, other in permutations(plan.reservations, 2)
        if one.cluster == other.cluster
        and one.address.version == other.address.version
        and owned[other.cluster, other.owner] == 1
    ]


@defect
def a_reservation_is_in_no_pool(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.reservations)
    lost = ip_address("203.0.113.5" if one.address.version == 4 else "2001:db8::5")
    return Planted(_moved(plan, str(one), lost), "PLAN-030", (one, lost))


@defect
def a_reservation_is_the_networks_address(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.reservations)
    segment = _pick(
        draw,
        (part for part in plan.segments if part.cidr.network.version == one.address.version),
    )
    address = segment.cidr.network.network_address
    changed = _moved(plan, str(one), address)
    return Planted(changed, "PLAN-030 PLAN-031", (one, segment, address))


@defect
def a_service_has_two_addresses(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = _pick(draw, _neighbours(plan))
    changed = with_reservation(plan, str(other), owner=one.owner)
    return Planted(changed, "PLAN-033", (one, other, one.owner))


@defect
def a_vm_has_no_ports(draw: st.DrawFn, plan: Topology) -> Planted:
    vm = _pick(draw, plan.vms)
    return Planted(with_vm(plan, vm.name, ports=()), "PLAN-034", (vm,))


@defect
def a_tls_port_has_no_names(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, (item for item in plan.reservations if item.tls_names))
    return Planted(with_reservation(plan, str(one), tls_names=()), "PLAN-035", (one,))


# --- clusters and names ---------------------------------------------------------------------------


@defect
def an_endpoint_is_plain_http(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.clusters)
    url = str(one.api).replace("https", "http")
    return Planted(with_cluster(plan, one.name, api=url), "PLAN-050", (one, url))


@defect
def two_clusters_share_a_context(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = _pair(draw, plan)
    changed = with_cluster(plan, other.name, context=one.context)
    return Planted(changed, "PLAN-052", (one, other))


@defect
def two_clusters_have_one_identity(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = _pair(draw, plan)
    pinned = Identity(ca_sha256=one.identity.ca_sha256, kube_system_uid=None)
    return Planted(with_cluster(plan, other.name, identity=pinned), "PLAN-053", (one, other))


@defect
def a_version_is_unstated(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.clusters)
    product = _pick(draw, one.versions)
    left = {name: text for name, text in one.versions.items() if name != product}
    return Planted(with_cluster(plan, one.name, versions=left), "PLAN-054", (one, product))


@defect
def a_name_is_missing(draw: st.DrawFn, plan: Topology) -> Planted:
    name = _pick(draw, plan.dns.names)
    return Planted(without_name(plan, name.name), "PLAN-060", (name.addresses[0],))


@defect
def a_record_is_stale(draw: st.DrawFn, plan: Topology) -> Planted:
    fresh = dns_name("old." + plan.dns.zones[0].name, "203.0.113.99", line=143)
    return Planted(with_more(plan, names=(fresh,)), "PLAN-061", (fresh, "203.0.113.99"))


@defect
def a_name_is_outside_the_zones(draw: st.DrawFn, plan: Topology) -> Planted:
    name = _pick(draw, (item for item in plan.dns.names if not item.name.startswith("ingress")))
    return Planted(with_name(plan, name.name, name="other.example"), "PLAN-062", ("other.example",))


@defect
def a_zone_has_no_authority(draw: st.DrawFn, plan: Topology) -> Planted:
    zone = _pick(draw, plan.dns.zones)
    return Planted(with_zone(plan, zone.name, authority=None), "PLAN-063", (zone,))


@defect
def a_name_forgets_a_family(draw: st.DrawFn, plan: Topology) -> Planted:
    name = _pick(draw, (item for item in plan.dns.names if len(item.addresses) > 1))
    kept, lost = draw(st.permutations(name.addresses))
    extra = dns_name("second." + plan.dns.zones[0].name, str(lost), line=143)
    changed = with_name(plan, name.name, addresses=[str(kept)])
    tls = [
        item for item in plan.reservations if item.address == lost and name.name in item.tls_names
    ]
    for item in tls:
        changed = with_reservation(changed, str(item), tls_names=("other.example",))
    changed = with_more(changed, names=(extra,))
    return Planted(changed, "PLAN-064", (name, extra, lost, kept))


@defect
def a_name_resolves_from_nowhere(draw: st.DrawFn, plan: Topology) -> Planted:
    name = _pick(draw, plan.dns.names)
    return Planted(with_name(plan, name.name, vantages=()), "PLAN-065", (name,))


# --- flows, mesh, policies and the run ------------------------------------------------------------


@defect
def a_flow_leads_to_nothing(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.clusters)
    lost = flow("lost", f"pods:{one}", f"reservation:{one}/none", "80/TCP", line=180)
    return Planted(with_more(plan, flows=(lost,)), "PLAN-070", (lost, lost.target))


@defect
def a_flow_uses_another_port(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, (item for item in plan.flows if item.expected))
    return Planted(with_flow(plan, one.name, port=port("1/TCP")), "PLAN-071", (one, "1/TCP"))


@defect
def a_flow_contradicts_another(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, (item for item in plan.flows if item.expected))
    opposite = replace(one, name="opposite", expected=False)
    return Planted(with_more(plan, flows=(opposite,)), "PLAN-072", (one, opposite))


@defect
def a_direction_is_unstated(draw: st.DrawFn, plan: Topology) -> Planted:
    assume(plan.mesh is None)
    one, other = _pair(draw, plan)
    ends = (f"pods:{one}", (f"api:{other}", f"pods:{other}"))
    left = tuple(
        item for item in plan.flows if not (item.source == ends[0] and item.target in ends[1])
    )
    return Planted(replace(plan, flows=left), "PLAN-073", (f"{one} to {other}",))


@defect
def nothing_is_forbidden_between_two_clusters(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = _pair(draw, plan)
    barred = {f"{one} not {other}", f"{other} not {one}"}
    left = tuple(item for item in plan.flows if item.name not in barred)
    return Planted(replace(plan, flows=left), "PLAN-074", (one, other))


def _mesh(plan: Topology) -> Any:
    assume(plan.mesh is not None)
    return plan.mesh


@defect
def a_mesh_member_is_no_cluster(draw: st.DrawFn, plan: Topology) -> Planted:
    mesh = _mesh(plan)
    more = (*mesh.members, member("mars", "network-mars", None, None, line=193))
    return Planted(replace(plan, mesh=replace(mesh, members=more)), "PLAN-080", ("mars",))


@defect
def a_mesh_gateway_is_not_reserved(draw: st.DrawFn, plan: Topology) -> Planted:
    mesh = _mesh(plan)
    one = _pick(draw, mesh.members)
    changed = tuple(replace(item, ingress="none") if item == one else item for item in mesh.members)
    return Planted(
        replace(plan, mesh=replace(mesh, members=changed)), "PLAN-081", (one.cluster, "none")
    )


@defect
def mesh_members_share_a_network(draw: st.DrawFn, plan: Topology) -> Planted:
    mesh = _mesh(plan)
    assume(len(mesh.members) > 1)
    changed = tuple(replace(item, network="one") for item in mesh.members)
    parties = tuple(item.cluster for item in changed)
    return Planted(replace(plan, mesh=replace(mesh, members=changed)), "PLAN-082", parties)


@defect
def mesh_discovery_is_forgotten(draw: st.DrawFn, plan: Topology) -> Planted:
    _mesh(plan)
    one, other = _pair(draw, plan)
    left = tuple(item for item in plan.flows if item.name != f"{one} reads {other}")
    return Planted(replace(plan, flows=left), "PLAN-083", (f"pods:{one}", f"api:{other}"))


@defect
def policies_are_enforced_by_nothing(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.clusters)
    changed = with_cluster(plan, one.name, cni=replace(one.cni, policy_enforced=False))
    changed = replace(changed, policies=(*changed.policies, policy(one.name, "extra")))
    return Planted(changed, "PLAN-084", (one, "extra"))


@defect
def the_arp_window_is_too_short(draw: st.DrawFn, plan: Topology) -> Planted:
    window = draw(st.floats(0.05, 0.829))
    budgets = replace(plan.budgets, arp_window=window)
    return Planted(replace(plan, budgets=budgets), "PLAN-090", (f"{window:g} s",))


@defect
def an_exception_has_expired(draw: st.DrawFn, plan: Topology) -> Planted:
    day = draw(st.dates(date(2020, 1, 1), date(2026, 1, 14)))
    changed = replace(plan, exemptions=(exemption(expires=day),))
    return Planted(changed, "PLAN-091", (day, "PLAN-001"))


@defect
def a_load_balancer_has_no_pool_left(draw: st.DrawFn, plan: Topology) -> Planted:
    one = _pick(draw, plan.clusters)
    return Planted(with_load_balancer(plan, one.name, pools=()), "PLAN-030", (one,))
