"""Defects of clusters, names, flows, mesh, policies and the run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from tests.properties.planting import Planted, defect, pair, pick
from tests.worlds import (
    dns_name,
    exemption,
    flow,
    member,
    policy,
    port,
    with_cluster,
    with_flow,
    with_load_balancer,
    with_more,
    with_name,
    with_reservation,
    with_zone,
    without_name,
)
from trueline.model.topology import Identity, Topology


@defect
def an_endpoint_is_plain_http(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.clusters)
    url = str(one.api).replace("https", "http")
    return Planted(with_cluster(plan, one.name, api=url), "PLAN-050", (one, url))


@defect
def two_clusters_share_a_context(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = pair(draw, plan)
    changed = with_cluster(plan, other.name, context=one.context)
    return Planted(changed, "PLAN-052", (one, other))


@defect
def two_clusters_have_one_identity(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = pair(draw, plan)
    pinned = Identity(ca_sha256=one.identity.ca_sha256, kube_system_uid=None)
    return Planted(with_cluster(plan, other.name, identity=pinned), "PLAN-053", (one, other))


@defect
def a_version_is_unstated(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.clusters)
    product = pick(draw, one.versions)
    left = {name: text for name, text in one.versions.items() if name != product}
    return Planted(with_cluster(plan, one.name, versions=left), "PLAN-054", (one, product))


@defect
def a_name_is_missing(draw: st.DrawFn, plan: Topology) -> Planted:
    name = pick(draw, plan.dns.names)
    return Planted(without_name(plan, name.name), "PLAN-060", (name.addresses[0],))


@defect
def a_record_is_stale(draw: st.DrawFn, plan: Topology) -> Planted:
    fresh = dns_name("old." + plan.dns.zones[0].name, "203.0.113.99", line=143)
    return Planted(with_more(plan, names=(fresh,)), "PLAN-061", (fresh, "203.0.113.99"))


@defect
def a_name_is_outside_the_zones(draw: st.DrawFn, plan: Topology) -> Planted:
    name = pick(draw, (item for item in plan.dns.names if not item.name.startswith("ingress")))
    return Planted(with_name(plan, name.name, name="other.example"), "PLAN-062", ("other.example",))


@defect
def a_zone_has_no_authority(draw: st.DrawFn, plan: Topology) -> Planted:
    zone = pick(draw, plan.dns.zones)
    return Planted(with_zone(plan, zone.name, authority=None), "PLAN-063", (zone,))


@defect
def a_name_forgets_a_family(draw: st.DrawFn, plan: Topology) -> Planted:
    name = pick(draw, (item for item in plan.dns.names if len(item.addresses) > 1))
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
    name = pick(draw, plan.dns.names)
    return Planted(with_name(plan, name.name, vantages=()), "PLAN-065", (name,))


@defect
def a_flow_leads_to_nothing(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.clusters)
    lost = flow("lost", f"pods:{one}", f"reservation:{one}/none", "80/TCP", line=180)
    return Planted(with_more(plan, flows=(lost,)), "PLAN-070", (lost, lost.target))


@defect
def a_flow_uses_another_port(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, (item for item in plan.flows if item.expected))
    return Planted(with_flow(plan, one.name, port=port("1/TCP")), "PLAN-071", (one, "1/TCP"))


@defect
def a_flow_contradicts_another(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, (item for item in plan.flows if item.expected))
    opposite = replace(one, name="opposite", expected=False)
    return Planted(with_more(plan, flows=(opposite,)), "PLAN-072", (one, opposite))


@defect
def a_direction_is_unstated(draw: st.DrawFn, plan: Topology) -> Planted:
    assume(plan.mesh is None)
    one, other = pair(draw, plan)
    ends = (f"pods:{one}", (f"api:{other}", f"pods:{other}"))
    left = tuple(
        item for item in plan.flows if not (item.source == ends[0] and item.target in ends[1])
    )
    return Planted(replace(plan, flows=left), "PLAN-073", (f"{one} to {other}",))


@defect
def nothing_is_forbidden_between_two_clusters(draw: st.DrawFn, plan: Topology) -> Planted:
    one, other = pair(draw, plan)
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
    one = pick(draw, mesh.members)
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
    one, other = pair(draw, plan)
    left = tuple(item for item in plan.flows if item.name != f"{one} reads {other}")
    return Planted(replace(plan, flows=left), "PLAN-083", (f"pods:{one}", f"api:{other}"))


@defect
def policies_are_enforced_by_nothing(draw: st.DrawFn, plan: Topology) -> Planted:
    one = pick(draw, plan.clusters)
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
    one = pick(draw, plan.clusters)
    return Planted(with_load_balancer(plan, one.name, pools=()), "PLAN-030", (one,))
