"""Mutations of what DNS servers and resolvers say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from tests.random_worlds.listening import INTERNAL
from tests.random_worlds.mutating import Pick, mutation
from tests.random_worlds.network import Key
from tests.random_worlds.servers import DnsServer, Record
from tests.random_worlds.worlds import World
from trueline.model.topology import Cluster, Name

OTHER = {"A": "203.0.113.9", "AAAA": "2001:db8::9"}
UNMADE = "nx-n0"  # what a run asks for that nobody made
Records = dict[tuple[str, str], Record]


def _servers(world: World, among: Callable[[Key, DnsServer], bool], **changes: Any) -> World:
    for key, one in world.network.servers.items():
        if isinstance(one, DnsServer) and among(key, one):
            more: Records = changes.get("records", {})
            told = changes | ({"records": {**one.records, **more}} if more else {})
            world = world.with_server(key, **told)
    return world


def _authority(_: Key, one: DnsServer) -> bool:
    return one.authoritative


def _all(_: Key, one: DnsServer) -> bool:
    return True


def _of(part: Cluster) -> Callable[[Key, DnsServer], bool]:
    """The DNS pods and the DNS Service of a cluster."""
    own = [cidr.network for cidr in (*part.pods, *part.services)]

    def among(key: Key, _: DnsServer) -> bool:
        return any(ip_address(key[0]) in network for network in own)

    return among


def _kind(name: Name) -> str:
    return "A" if name.addresses[0].version == 4 else "AAAA"


def _at_pods(world: World, pick: Pick) -> tuple[Cluster, Name]:
    """A cluster and a name that its pods must resolve."""
    return pick(
        (part, name)
        for part in world.plan.clusters
        for name in world.plan.dns.names
        if f"pods-{part}" in name.vantages
    )


def _resolver(world: World, vantage: str, changes: dict[str, tuple[str, ...]]) -> World:
    names = {**world.network.names[vantage], **changes}
    told = {**world.network.names, vantage: names}
    return replace(world, network=replace(world.network, names=told))


@mutation("DNS-001", doubts="DNS-010")
def the_authority_answers_over_udp_alone(pick: Pick, world: World) -> World:
    return _servers(world, _authority, transports=("udp",))


@mutation("DNS-002", doubts="DNS-021")
def a_dns_pod_answers_over_udp_alone(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    (end,) = (
        one
        for one in world.clusters[part.name].endpoints.value
        if one.service == "kube-system/kube-dns"
    )
    key = (str(end.address), 53, "tcp")
    return replace(world, network=world.network.with_server(key, None))


@mutation("CLU-060 DNS-003")
def a_dns_service_answers_over_udp_alone(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    key = (str(part.dns_service), 53, "tcp")
    return replace(world, network=world.network.with_server(key, None))


@mutation("DNS-004", doubts="DNS-020 DNS-022 DNS-023 DNS-040 DNS-005")
def a_host_resolves_nothing(pick: Pick, world: World) -> World:
    nothing: dict[str, tuple[str, ...]] = dict.fromkeys(world.network.names["host"], ())
    return _resolver(world, "host", nothing)


@mutation("DNS-005", doubts="DNS-005 DNS-013 DNS-020 DNS-021 DNS-022 DNS-040")
def a_cluster_does_not_forward_a_zone(pick: Pick, world: World) -> World:
    part, name = _at_pods(world, pick)
    zone = name.name.partition(".")[2]

    def outside(known: Records) -> Records:
        return {key: one for key, one in known.items() if not f".{key[0]}".endswith(f".{zone}")}

    for key, one in world.network.servers.items():
        if isinstance(one, DnsServer) and _of(part)(key, one):
            world = world.with_server(key, records=outside(dict(one.records)))
    names = world.network.names[f"pods-{part}"]
    nothing: dict[str, tuple[str, ...]] = {one: () for one in names if one.endswith(f".{zone}")}
    return _resolver(world, f"pods-{part}", nothing)


@mutation("DNS-010 DNS-020")
def a_name_leads_elsewhere_everywhere(pick: Pick, world: World) -> World:
    name = pick(item for item in world.plan.dns.names if len(item.addresses) == 1)
    wrong = OTHER[_kind(name)]
    world = _servers(world, _all, records={(name.name, _kind(name)): Record(values=(wrong,))})
    for vantage in world.network.names:
        world = _resolver(world, vantage, {name.name: (wrong,)})
    return world


@mutation("DNS-011")
def the_authority_answers_without_authority(pick: Pick, world: World) -> World:
    return _servers(world, _authority, authoritative=False)


@mutation("DNS-012")
def a_record_is_kept_too_long(pick: Pick, world: World) -> World:
    zone = pick(item for item in world.plan.dns.zones if item.max_ttl is not None)
    name = pick(item for item in world.plan.dns.names if item.name.endswith(f".{zone}"))
    values = tuple(str(one) for one in name.addresses if (one.version == 4) == (_kind(name) == "A"))
    assert zone.max_ttl is not None
    record = Record(values=values, ttl=zone.max_ttl + 1)
    return _servers(world, _authority, records={(name.name, _kind(name)): record})


@mutation("DNS-012")
def denials_are_kept_too_long(pick: Pick, world: World) -> World:
    zone = pick(item for item in world.plan.dns.zones if item.max_ttl is not None)
    assert zone.max_ttl is not None
    return _servers(world, _authority, minimum=zone.max_ttl + 1)


@mutation("DNS-013")
def a_name_is_denied_for_the_other_family(pick: Pick, world: World) -> World:
    one_family = (
        item
        for item in world.plan.dns.names
        if len({address.version for address in item.addresses}) == 1
    )
    name = pick(one_family)
    other = "AAAA" if _kind(name) == "A" else "A"
    return _servers(world, _all, records={(name.name, other): Record(rcode="NXDOMAIN")})


@mutation("DNS-014")
def an_address_leads_back_to_another_name(pick: Pick, world: World) -> World:
    name = pick(item for item in world.plan.dns.names if item.reverse)
    back = (name.addresses[0].reverse_pointer, "PTR")
    return _servers(world, _all, records={back: Record(values=("other.test.",))})


@mutation("DNS-020")
def a_host_resolves_a_name_to_another_address(pick: Pick, world: World) -> World:
    name = pick(world.plan.dns.names)
    return _resolver(world, "host", {name.name: (OTHER[_kind(name)],)})


@mutation("DNS-021")
def the_dns_of_a_cluster_gives_another_address(pick: Pick, world: World) -> World:
    part, name = _at_pods(world, pick)
    wrong = Record(values=(OTHER[_kind(name)],))
    return _servers(world, _of(part), records={(name.name, _kind(name)): wrong})


@mutation("DNS-022")
def the_dns_of_a_cluster_knows_names_that_nobody_made(pick: Pick, world: World) -> World:
    part, name = _at_pods(world, pick)
    zone = name.name.partition(".")[2]
    wild = Record(values=(OTHER["A"],))
    return _servers(world, _of(part), records={(f"{UNMADE}.{zone}", "A"): wild})


@mutation("DNS-023")
def a_host_resolves_what_only_looks_like_a_planned_name(pick: Pick, world: World) -> World:
    zone = pick(world.plan.dns.names).name.partition(".")[2]
    return _resolver(world, "host", {f"{zone}.n0.invalid": (OTHER["A"],)})


@mutation("DNS-030")
def the_name_of_the_api_leads_elsewhere(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    kind = "A" if part.services[0].network.version == 4 else "AAAA"
    return _servers(world, _of(part), records={(INTERNAL, kind): Record(values=(OTHER[kind],))})


@mutation("DNS-031")
def a_service_that_nobody_made_resolves(pick: Pick, world: World) -> World:
    part = pick(world.plan.clusters)
    wild = {(f"{UNMADE}.default.svc.cluster.local", "A"): Record(values=(OTHER["A"],))}
    return _servers(world, _of(part), records=wild)


@mutation("DNS-040")
def the_authority_is_slow(pick: Pick, world: World) -> World:
    return _servers(world, _authority, took=world.plan.budgets.dns_latency + 1)
