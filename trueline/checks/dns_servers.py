"""Do the servers answer, do resolvers resolve, and does everybody know the zones."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from trueline.checks import dns_places
from trueline.checks.dns_state import Clusters, Dns, knows
from trueline.model.check import check
from trueline.model.claim import Claim, not_applicable
from trueline.model.naming import Authority, names_in, pod_asker, resolving
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers
from trueline.model.source import Source
from trueline.model.topology import Cluster, Topology, Vantage, Zone
from trueline.questions import dns as questions
from trueline.questions.dns import Server
from trueline.requirements.dns import DNS_001, DNS_002, DNS_003, DNS_004, DNS_005

_ANSWER = "an answer"
_SOME = "some name resolves"
_SOA = "its SOA"


@check(DNS_001, remedy="Start the server, or open port 53 to it for UDP and TCP.")
def authority_answers(
    dns_authority: Authority, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """The authority answers over UDP and over TCP."""
    state = Dns(topology, {}, answers)
    zone = next(zone for zone in topology.dns.zones if zone.name == dns_authority.zones[0])
    servers = questions.authority_servers(topology, zone)
    if not servers:
        yield not_applicable(
            dns_authority, why="no vantage point must resolve its names", at=dns_authority.at
        )
    for server in servers:
        yield from _answers(state, server, dns_authority.at)


@check(DNS_002, remedy="Look at the pod's log and at what blocks port 53 to it; delete the pod.")
def dns_pods_answer(
    cluster: Cluster, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """Every ready pod behind the cluster's DNS Service answers over UDP and over TCP."""
    if pod_asker(topology, cluster.name) is None:
        yield not_applicable(cluster, why="no pod vantage point asks its DNS", at=cluster.at)
        return
    servers = questions.pod_servers(topology, cluster, clusters[cluster.name])
    if not servers:
        raise NotObserved("no pod behind its DNS Service is ready, see CLU-051")
    state = Dns(topology, clusters, answers)
    for server in servers:
        yield from _answers(state, server, cluster.at)


@check(
    DNS_003,
    remedy="Compare the Service's address, selector and endpoints with the plan and with the "
    "clusterDNS of the kubelets; look at kube-proxy on the node.",
)
def dns_service_answers(cluster: Cluster, topology: Topology, answers: Answers) -> Iterator[Claim]:
    """The cluster's DNS Service answers a pod at its planned address, over UDP and over TCP."""
    server = questions.service_server(topology, cluster)
    if server is None:
        why = "no DNS Service address and pod vantage point are planned"
        yield not_applicable(cluster, why=why, at=cluster.at)
        return
    yield from _answers(Dns(topology, {}, answers), server, cluster.at)


def _answers(state: Dns, server: Server, at: Source) -> Iterator[Claim]:
    for transport in questions.TRANSPORTS:
        yield state.claim(
            f"{server.shown} at {server.vantage} by {transport.upper()}",
            server.vantage,
            partial(_speaks, state, server, transport),
            expected=_ANSWER,
            at=at,
        )


def _speaks(state: Dns, server: Server, transport: str) -> tuple[bool, str]:
    why = state.silence(server, transport)
    return why is None, why or _ANSWER


@check(
    DNS_004,
    remedy="Point the system's resolver (resolv.conf, the kubelet's clusterDNS, systemd-resolved) "
    "at a server that knows the zones of the plan.",
)
def resolver_resolves(vantage: Vantage, topology: Topology, answers: Answers) -> Iterator[Claim]:
    """The system's resolver of a vantage point resolves some planned name."""
    state = Dns(topology, {}, answers)
    yield state.claim(
        f"resolver of {vantage}",
        vantage.name,
        partial(_resolves_something, state, vantage),
        expected=_SOME,
        at=vantage.at,
    )


def _resolves_something(state: Dns, vantage: Vantage) -> tuple[bool, str]:
    names = state.wanted(vantage)
    why = state.nothing(vantage, names)
    if why is None:
        return True, _SOME
    _servers_speak(state, vantage)
    return False, f"none of {len(names)}: {why}"


def _servers_speak(state: Dns, vantage: Vantage) -> None:
    """Raise NotObserved when the server that a resolver asks is known to be silent."""
    if vantage.kind == "pod":
        for service in state.services(vantage):
            state.speaks(service, "udp")
    else:
        for zone in state.topology.dns.zones:
            for server in questions.authority_servers(state.topology, zone):
                state.speaks(server, "udp")


@check(
    DNS_005,
    remedy="Serve the zone at its authority, and forward it there from the DNS of every cluster "
    "(a server block of the Corefile) and from the resolver of every host.",
)
def zone_is_known(
    zone: Zone, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """The zone is known to its authority and wherever its names must resolve."""
    state = Dns(topology, clusters, answers)
    servers, gaps = dns_places.of_zone(state, zone)
    yield from gaps
    for server in (*questions.authority_servers(topology, zone), *servers):
        yield state.claim(
            f"{zone} at {server.shown}",
            server.vantage,
            partial(_known, state, zone, server),
            expected=_SOA,
            at=zone.at,
        )
    vantages = resolving(topology, names_in(topology, zone))
    for vantage in vantages:
        yield state.claim(
            f"{zone} at the resolver of {vantage}",
            vantage.name,
            partial(_resolves, state, zone, vantage),
            expected=_SOME,
            at=zone.at,
        )
    if not vantages:
        yield not_applicable(zone, why="no vantage point must resolve its names", at=zone.at)


def _known(state: Dns, zone: Zone, server: Server) -> tuple[bool, str]:
    state.speaks(server, "udp")
    soa = state.one(server, zone.name, "SOA")
    if knows(soa):
        return True, _SOA
    if server.kind != "authority":
        _authority_serves(state, zone)
    return False, str(soa)


def _resolves(state: Dns, zone: Zone, vantage: Vantage) -> tuple[bool, str]:
    state.resolves(vantage, None)
    names = state.planned(vantage, zone)
    why = state.nothing(vantage, names)
    if why is None:
        return True, _SOME
    _authority_serves(state, zone)
    for service in state.services(vantage):
        state.serves(service, zone)
    denied = state.denied(vantage, zone)
    if denied is not None:
        raise NotObserved(f"{denied} has none of the names either, see DNS-010 and DNS-021")
    return False, f"none of {len(names)}: {why}"


def _authority_serves(state: Dns, zone: Zone) -> None:
    """Raise NotObserved when nobody could know the zone, because its authority does not."""
    for server in questions.authority_servers(state.topology, zone):
        state.serves(server, zone)
