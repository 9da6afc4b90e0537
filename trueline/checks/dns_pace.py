"""Are look-ups fast enough. Each was made when everything else had been answered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from statistics import median

from trueline.checks import dns_places
from trueline.checks.dns_state import Clusters, Dns, ended
from trueline.codec import resolver
from trueline.model.check import check
from trueline.model.claim import Claim, not_applicable
from trueline.model.naming import pod_asker
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers
from trueline.model.topology import Topology, Vantage, Zone
from trueline.questions import dns as questions
from trueline.questions.dns import Server
from trueline.requirements.dns import DNS_040


@check(
    DNS_040,
    remedy="Ask the same name at each server on the way with `dig`, and mend the slow one: a dead "
    "server before it in the list, multicast DNS for .local, or search domains.",
)
def look_ups_are_fast(
    vantage: Vantage, topology: Topology, clusters: Clusters, answers: Answers
) -> Iterator[Claim]:
    """The resolver and the DNS servers answer a vantage point within the planned latency."""
    state = Dns(topology, clusters, answers)
    mine = tuple(name for name in topology.dns.names if vantage.name in name.vantages)
    zones = questions.zones_of(topology, mine)
    for zone in zones:
        yield state.claim(
            f"resolver of {vantage} in {zone}",
            vantage.name,
            partial(_resolver_pace, state, vantage, zone),
            expected=_within(topology),
            at=vantage.at,
        )
    servers, doubts = _asked_by(state, vantage)
    yield from doubts
    for server in servers:
        yield state.claim(
            f"{server.shown} at {vantage}",
            vantage.name,
            partial(_server_pace, state, server),
            expected=_within(topology),
            at=vantage.at,
        )
    if not zones and not servers:
        yield not_applicable(vantage, why="it must resolve no name of a zone", at=vantage.at)


def _asked_by(state: Dns, vantage: Vantage) -> tuple[list[Server], list[Claim]]:
    """The servers that a vantage point asks directly, and what is not known of them."""
    topology = state.topology
    found: dict[str, Server] = {}
    doubts: list[Claim] = []
    for zone in topology.dns.zones:
        for server in questions.authority_servers(topology, zone):
            if server.vantage == vantage.name:
                found.setdefault(server.address, server)
    for cluster in topology.clusters:
        if pod_asker(topology, cluster.name) == vantage.name:
            servers, gaps = dns_places.of_cluster(state, cluster)
            found |= {server.address: server for server in servers}
            doubts += gaps
    return list(found.values()), doubts


def _within(topology: Topology) -> str:
    return f"within {topology.budgets.dns_latency:g} s"


def _resolver_pace(state: Dns, vantage: Vantage, zone: Zone) -> tuple[bool, str]:
    state.resolves(vantage, zone)
    return _pace(state, vantage.name, questions.pace_in(zone), "resolve")


def _server_pace(state: Dns, server: Server) -> tuple[bool, str]:
    state.speaks(server, "udp")
    return _pace(state, server.vantage, questions.pace_of(server), "answer")


def _pace(state: Dns, vantage: str, question: str, rung: str) -> tuple[bool, str]:
    """A denial counts: it came from somewhere. Raises NotObserved when nothing came."""
    replies = state.answers.of(vantage, question).replies
    last = replies[-1]
    if last.outcome != "answered" and not resolver.denied(last):
        raise NotObserved(f"{ended(last)} when it was asked again")
    middle = median(one.seconds[rung if rung in one.seconds else "end"] for one in replies)
    good = middle <= state.topology.budgets.dns_latency
    return good, f"{middle:.3f} s, the middle of {len(replies)}"
