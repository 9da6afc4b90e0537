"""What everybody else is told: by resolvers at the vantage points, and by the clusters' DNS."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from trueline.checks import dns_places
from trueline.checks.dns_holders import planned
from trueline.checks.dns_state import Clusters, Dns, Said, families, text
from trueline.codec import resolver
from trueline.model.check import check
from trueline.model.claim import Claim, not_applicable
from trueline.model.naming import plain, resolving
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers
from trueline.model.topology import Name, Topology, Vantage, Zone
from trueline.questions import dns as questions
from trueline.questions.dns import Server
from trueline.requirements.dns import DNS_013, DNS_014, DNS_020, DNS_021

NO_SERVER = "no DNS server of the plan is asked for it"


@check(
    DNS_013,
    remedy="Have the server answer NOERROR without records for the family that has none: no "
    "NXDOMAIN from a template, a hosts file that falls through, or a filter of AAAA.",
)
def name_exists_for_both_families(
    dns_name: Name, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """No server denies the name for one family while it has addresses of the other."""
    state = Dns(topology, clusters, answers)
    zone = state.zone(dns_name)
    servers = questions.authority_servers(topology, zone) if zone else ()
    for server in servers:
        yield _exists(state, dns_name, server)
    cluster_servers, gaps = dns_places.of_name(state, dns_name)
    yield from gaps
    for server in cluster_servers:
        yield _exists(state, dns_name, server)
    if not servers and not cluster_servers and not gaps:
        yield not_applicable(dns_name, why=NO_SERVER, at=dns_name.at)


def _exists(state: Dns, name: Name, server: Server) -> Claim:
    return state.claim(
        f"{name} at {server.shown}",
        server.vantage,
        partial(_undenied, state, name, server),
        expected="A and AAAA: NOERROR",
        at=name.at,
    )


def _undenied(state: Dns, name: Name, server: Server) -> tuple[bool, str]:
    state.serves(server, state.zone(name))
    a, aaaa = state.both(server, name.name)
    if not {"NOERROR"} & {a.rcode, aaaa.rcode}:
        raise NotObserved(f"it has neither there ({a}), see DNS-010 and DNS-021")
    good = (a.rcode, aaaa.rcode) == ("NOERROR", "NOERROR")
    return good, f"A: {a.rcode or a}, AAAA: {aaaa.rcode or aaaa}"


@check(DNS_014, remedy="Add the PTR record, and forward the reverse zone from the clusters' DNS.")
def address_leads_back(
    dns_name: Name, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """Every address of a name that the plan wants reverse leads back to it."""
    if not dns_name.reverse:
        yield not_applicable(dns_name, why="the plan does not want it reverse", at=dns_name.at)
        return
    state = Dns(topology, clusters, answers)
    zone = state.zone(dns_name)
    servers = list(questions.authority_servers(topology, zone) if zone else ())
    servers += [one for one in dns_places.of_name(state, dns_name)[0] if one.kind == "service"]
    for server in servers:
        for address in dns_name.addresses:
            yield state.claim(
                f"{address} at {server.shown}",
                server.vantage,
                partial(_back, state, dns_name, server, address.reverse_pointer),
                expected=f"{plain(dns_name.name)}.",
                at=dns_name.at,
            )
    if not servers:
        yield not_applicable(dns_name, why=NO_SERVER, at=dns_name.at)


def _back(state: Dns, name: Name, server: Server, pointer: str) -> tuple[bool, str]:
    state.speaks(server, "udp")
    said = state.one(server, pointer, "PTR")
    return plain(name.name) in {plain(value) for value in said.values}, str(said)


@check(
    DNS_020,
    remedy="Compare the answers of the servers on the way (DNS-010, DNS-021), and look for entries "
    "in /etc/hosts and for search domains at the vantage point.",
)
def name_resolves_where_planned(
    dns_name: Name, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The system's resolver gives the planned addresses at every listed vantage point."""
    state = Dns(topology, {}, answers)
    vantages = resolving(topology, (dns_name,))
    for vantage in vantages:
        yield state.claim(
            f"{dns_name} at {vantage}",
            vantage.name,
            partial(_resolved, state, dns_name, vantage),
            expected=text(planned(dns_name)),
            at=dns_name.at,
        )
    if not vantages:
        yield not_applicable(dns_name, why="no vantage point must resolve it", at=dns_name.at)


def _resolved(state: Dns, name: Name, vantage: Vantage) -> tuple[bool, str]:
    state.resolves(vantage, state.zone(name))
    reply = state.looked_up(vantage, name.name)
    found = resolver.addresses(reply)
    shown = text(found) if reply.outcome == "answered" else reply.detail or reply.outcome
    return found == planned(name), shown


@check(
    DNS_021,
    remedy="Forward the zone to its authority instead of keeping a copy of it, and flush the cache "
    "of the server that differs.",
)
def servers_agree_with_the_authority(
    dns_name: Name, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """Every DNS pod and DNS Service gives the addresses that the authority gives."""
    state = Dns(topology, clusters, answers)
    zone = state.zone(dns_name)
    if zone is None or not questions.authority_servers(topology, zone):
        yield not_applicable(dns_name, why="no authority is planned to agree with", at=dns_name.at)
        return
    servers, gaps = dns_places.of_name(state, dns_name)
    yield from gaps
    authority, transport = state.authority(zone)
    theirs = state.both(authority, dns_name.name, transport)
    for said in theirs:
        if said.answer is None:
            raise NotObserved(f"{authority.shown} gives {said} for it, see DNS-010")
    for server in servers:
        for by in ("udp",) if server.kind == "service" else questions.TRANSPORTS:
            yield state.claim(
                f"{dns_name} at {server.shown} by {by.upper()}",
                server.vantage,
                partial(_agreed, state, dns_name, zone, server, by, theirs),
                expected=_shown(theirs),
                at=dns_name.at,
            )
    if not servers and not gaps:
        yield not_applicable(dns_name, why="no pod must resolve it", at=dns_name.at)


def _agreed(
    state: Dns, name: Name, zone: Zone, server: Server, by: str, theirs: tuple[Said, Said]
) -> tuple[bool, str]:
    state.serves(server, zone, by)
    ours = state.both(server, name.name, by)
    same = ours[0].rcode == theirs[0].rcode
    return same and [one.values for one in ours] == [one.values for one in theirs], _shown(ours)


def _shown(said: tuple[Said, Said]) -> str:
    """What a server said of both families: what it has, or how it denies."""
    found = families(said)
    return text(found) if found else str(said[0])
