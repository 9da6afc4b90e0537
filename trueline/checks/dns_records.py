"""What the authority says: the planned addresses, with authority, for as long as planned."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from trueline.checks.dns_holders import compared, promised
from trueline.checks.dns_state import Clusters, Dns, families
from trueline.codec import resolver
from trueline.model.check import check
from trueline.model.claim import Claim, not_applicable, some
from trueline.model.naming import names_in, resolving
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers
from trueline.model.topology import Name, Topology, Vantage, Zone
from trueline.questions import dns as questions
from trueline.questions.dns import Server
from trueline.requirements.dns import DNS_010, DNS_011, DNS_012

NO_AUTHORITY = "the plan names no authority that a vantage point asks"


@check(
    DNS_010,
    remedy="Correct the record where it differs from the plan; where the Service has another "
    "address, ask for the planned one again (its annotation) or correct plan and record together.",
)
def name_leads_to_its_service(
    dns_name: Name, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """The name has its planned addresses, and they are held by whom the plan reserves them for.

    The authority is asked; without one, the resolvers of the vantage points.
    """
    state = Dns(topology, clusters, answers)
    zone = state.zone(dns_name)
    servers = questions.authority_servers(topology, zone) if zone else ()
    expected = promised(dns_name, topology)
    for server in servers:
        for transport in questions.TRANSPORTS:
            yield state.claim(
                f"{dns_name} at {server.shown} by {transport.upper()}",
                server.vantage,
                partial(_at_server, state, dns_name, server, transport),
                expected=expected,
                at=dns_name.at,
            )
    vantages = () if servers else resolving(topology, (dns_name,))
    for vantage in vantages:
        yield state.claim(
            f"{dns_name} at the resolver of {vantage}",
            vantage.name,
            partial(_at_resolver, state, dns_name, vantage),
            expected=expected,
            at=dns_name.at,
        )
    if not servers and not vantages:
        yield not_applicable(dns_name, why="no vantage point must resolve it", at=dns_name.at)


def _at_server(state: Dns, name: Name, server: Server, transport: str) -> tuple[bool, str]:
    state.serves(server, state.zone(name), transport)
    said = state.both(server, name.name, transport)
    broken = next((one for one in said if one.rcode != "NOERROR"), None)
    if said[0].rcode == "NOERROR" and said[1].rcode == "NXDOMAIN":
        broken = None  # of the address alone; that AAAA is denied is DNS-013
    return compared(name, families(said), str(broken or ""), state.topology, state.clusters)


def _at_resolver(state: Dns, name: Name, vantage: Vantage) -> tuple[bool, str]:
    state.resolves(vantage, state.zone(name))
    reply = state.looked_up(vantage, name.name)
    why = "" if reply.outcome == "answered" else reply.detail or reply.outcome
    return compared(name, resolver.addresses(reply), why, state.topology, state.clusters)


@check(
    DNS_011, remedy="Name the server that holds the zone as its authority, not one that forwards."
)
def authority_answers_with_authority(
    zone: Zone, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """Every answer of the authority about its zone has the flag of an authority."""
    state = Dns(topology, {}, answers)
    for server in questions.authority_servers(topology, zone):
        yield state.claim(
            f"{zone} at {server.shown}",
            server.vantage,
            partial(_flagged, state, zone, server),
            expected="every answer with authority",
            at=zone.at,
        )
    if not questions.authority_servers(topology, zone):
        yield not_applicable(zone, why=NO_AUTHORITY, at=zone.at)


def _flagged(state: Dns, zone: Zone, server: Server) -> tuple[bool, str]:
    state.serves(server, zone)
    told = {zone.name: state.one(server, zone.name, "SOA")}
    told |= {n.name: state.both(server, n.name)[0] for n in names_in(state.topology, zone)}
    answered = {name: said.answer for name, said in told.items() if said.answer is not None}
    without = [name for name, answer in answered.items() if not answer.authoritative]
    if without:
        return False, f"without it: {some(without)}"
    return True, f"{len(answered)} answers with authority"


@check(DNS_012, remedy="Lower the time to live of the records, or the minimum of the zone's SOA.")
def records_are_kept_no_longer_than_planned(
    zone: Zone, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """Records and denials of the zone may be kept no longer than the plan allows."""
    if zone.max_ttl is None:
        yield not_applicable(zone, why="the plan sets no bound", at=zone.at)
        return
    state = Dns(topology, {}, answers)
    servers = questions.authority_servers(topology, zone)
    if not servers:
        yield not_applicable(zone, why=NO_AUTHORITY, at=zone.at)
    for server in servers:
        for name in names_in(topology, zone):
            yield state.claim(
                f"{name} at {server.shown}",
                server.vantage,
                partial(_kept, state, zone, server, name),
                expected=f"at most {zone.max_ttl} s",
                at=zone.at,
            )
        yield state.claim(
            f"denials of {zone} at {server.shown}",
            server.vantage,
            partial(_denied, state, zone, server),
            expected=f"at most {zone.max_ttl} s",
            at=zone.at,
        )


def _kept(state: Dns, zone: Zone, server: Server, name: Name) -> tuple[bool, str]:
    state.serves(server, zone)
    ttls = [
        said.answer.ttl
        for said in state.both(server, name.name)
        if said.answer is not None and said.answer.ttl is not None
    ]
    return _bounded(zone, max(ttls, default=None), "the authority has no record")


def _denied(state: Dns, zone: Zone, server: Server) -> tuple[bool, str]:
    state.serves(server, zone)
    said = state.one(server, questions.missing(state.answers.nonce, zone.name), "A")
    if said.rcode != "NXDOMAIN":
        raise NotObserved(f"it does not deny a name that nobody made ({said}), see DNS-022")
    kept = said.answer.negative_ttl if said.answer else None
    return _bounded(zone, kept, "its denials carry no SOA")


def _bounded(zone: Zone, seconds: int | None, without: str) -> tuple[bool, str]:
    """Raises NotObserved where there is nothing to be kept."""
    if seconds is None:
        raise NotObserved(without)
    return seconds <= (zone.max_ttl or 0), f"{seconds} s"
