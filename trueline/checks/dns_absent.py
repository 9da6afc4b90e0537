"""What must not exist, and the names inside a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from trueline.checks import dns_places
from trueline.checks.dns_state import Clusters, Dns, text
from trueline.codec import resolver
from trueline.model.check import check
from trueline.model.claim import Claim, not_applicable
from trueline.model.naming import names_in, resolving
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers
from trueline.model.topology import Cluster, Topology, Vantage, Zone
from trueline.questions import dns as questions
from trueline.questions.dns import Server
from trueline.requirements.dns import DNS_022, DNS_023, DNS_030, DNS_031

_NONE = "NXDOMAIN"
_NOTHING = "no address"


@check(DNS_022, remedy="Remove the wildcard record, or the rule that answers for every name.")
def unknown_names_do_not_exist(
    zone: Zone, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """A name in the zone that nobody made is denied by every server and resolver."""
    state = Dns(topology, clusters, answers)
    name = questions.missing(answers.nonce, zone.name)
    servers, gaps = dns_places.of_zone(state, zone)
    yield from gaps
    for server in (*questions.authority_servers(topology, zone), *servers):
        yield state.claim(
            f"a name nobody made in {zone} at {server.shown}",
            server.vantage,
            partial(_denied, state, zone, server, name),
            expected=_NONE,
            at=zone.at,
        )
    for vantage in resolving(topology, names_in(topology, zone)):
        yield state.claim(
            f"a name nobody made in {zone} at the resolver of {vantage}",
            vantage.name,
            partial(_unresolved, state, zone, vantage, name),
            expected=_NOTHING,
            at=zone.at,
        )
    if not servers and not gaps and not resolving(topology, names_in(topology, zone)):
        yield not_applicable(zone, why="no vantage point must resolve its names", at=zone.at)


def _denied(state: Dns, zone: Zone | None, server: Server, name: str) -> tuple[bool, str]:
    state.serves(server, zone)
    said = state.one(server, name, "A")
    return said.rcode == _NONE, _NONE if said.rcode == _NONE else str(said)


def _unresolved(state: Dns, zone: Zone, vantage: Vantage, name: str) -> tuple[bool, str]:
    state.resolves(vantage, zone)
    reply = state.looked_up(vantage, name)
    if reply.outcome != "answered" and not resolver.denied(reply):
        raise NotObserved(f"the resolver of {vantage} neither gave nor denied it: {reply.detail}")
    return reply.outcome != "answered", text(resolver.addresses(reply))


@check(DNS_023, remedy="Remove the search domain, the catch-all or the filter that answers for it.")
def outside_names_do_not_resolve(
    zone: Zone, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """A name that holds the zone's name, but lies outside it, resolves at no vantage point."""
    state = Dns(topology, {}, answers)
    vantages = resolving(topology, names_in(topology, zone))
    for vantage in vantages:
        yield state.claim(
            f"{zone}.(nonce).invalid at the resolver of {vantage}",
            vantage.name,
            partial(_outside, state, zone, vantage),
            expected=_NOTHING,
            at=zone.at,
        )
    if not vantages:
        yield not_applicable(zone, why="no vantage point must resolve its names", at=zone.at)


def _outside(state: Dns, zone: Zone, vantage: Vantage) -> tuple[bool, str]:
    state.resolves(vantage, None)
    reply = state.looked_up(vantage, questions.outside(state.answers.nonce, zone))
    return reply.outcome != "answered", text(resolver.addresses(reply))


@check(
    DNS_030,
    remedy="Look at the `kubernetes` block of the Corefile and at what the DNS pods may list.",
)
def api_has_its_internal_name(
    cluster: Cluster, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """The name of the API's Service leads pods to the first address of the Service network."""
    state = Dns(topology, clusters, answers)
    servers, gaps = dns_places.of_cluster(state, cluster)
    yield from gaps
    expected = " or ".join(str(cidr.network[1]) for cidr in cluster.services)
    for server in servers:
        yield state.claim(
            f"{questions.INTERNAL} at {server.shown}",
            server.vantage,
            partial(_internal, state, cluster, server),
            expected=expected,
            at=cluster.at,
        )
    pods = [
        vantage
        for vantage in resolving(topology)
        if (vantage.kind, vantage.cluster) == ("pod", cluster.name)
    ]
    for vantage in pods:
        yield state.claim(
            f"{questions.INTERNAL} at the resolver of {vantage}",
            vantage.name,
            partial(_internal_at, state, cluster, vantage),
            expected=expected,
            at=cluster.at,
        )
    if not servers and not gaps and not pods:
        yield not_applicable(cluster, why="no pod vantage point asks its DNS", at=cluster.at)


def _internal(state: Dns, cluster: Cluster, server: Server) -> tuple[bool, str]:
    state.speaks(server, "udp")
    said = state.one(server, questions.INTERNAL, questions.internal_kind(cluster))
    return _first_address(cluster, said.values), str(said)


def _internal_at(state: Dns, cluster: Cluster, vantage: Vantage) -> tuple[bool, str]:
    state.resolves(vantage, None)
    reply = state.looked_up(vantage, questions.INTERNAL)
    found = resolver.addresses(reply)
    return _first_address(cluster, found), text(found) if found else reply.detail


def _first_address(cluster: Cluster, found: frozenset[str]) -> bool:
    """kube-apiserver gives its Service the first address of the Service network."""
    return bool(found) and found <= {str(cidr.network[1]) for cidr in cluster.services}


@check(DNS_031, remedy="Remove what answers for every name: a wildcard, a template, a catch-all.")
def unknown_services_do_not_exist(
    cluster: Cluster, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """A Service that does not exist is denied by every DNS server of the cluster."""
    state = Dns(topology, clusters, answers)
    servers, gaps = dns_places.of_cluster(state, cluster)
    yield from gaps
    name = questions.missing(answers.nonce, f"default.svc.{questions.DOMAIN}")
    for server in servers:
        yield state.claim(
            f"a Service nobody made at {server.shown}",
            server.vantage,
            partial(_denied, state, None, server, name),
            expected=_NONE,
            at=cluster.at,
        )
    if not servers and not gaps:
        yield not_applicable(cluster, why="no pod vantage point asks its DNS", at=cluster.at)
