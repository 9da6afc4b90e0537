"""Every cluster and every host against every reserved port, so that asymmetry shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_network

from trueline.checks.shown import broken
from trueline.model.address import Network
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.observation import ClusterFacts
from trueline.model.places import standing
from trueline.model.probe import Answers, Reply
from trueline.model.targets import Target, observers
from trueline.model.topology import Reservation, Topology
from trueline.questions import matrix
from trueline.requirements.reach import REACH_003


@check(
    REACH_003,
    remedy="Compare a vantage point that gets through with one that does not: kube-proxy and "
    "return path on the announcing node, source ranges and traffic policy of the Service.",
)
def reserved_port_is_reachable_from_everywhere(
    reservation: Reservation, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """Hosts and the pods of every cluster connect to each TCP port of a reserved address.

    What works from the cluster of the address itself is short-cut there and proves no
    announcement: its claim says so, and the others are the ones that count. Whom the source
    ranges of its Service leave out must be left out.
    """
    admitted = admitted_sources(reservation, facts)
    told = False
    for target in matrix.ports(topology, reservation):
        places = [
            _Place(name, cluster, answers.of(name, matrix.name(target)).last)
            for name, cluster in observers(topology)
            if not _planned_to_fail(topology, name, target)
        ]
        for place in places:
            told = True
            evidence = (answers.origin(place.vantage),)
            family = reservation.address.version
            sources = [one for one in _sources(topology, place) if one.version == family]
            door = door_for(sources, admitted)
            yield _cell(reservation, target, place, places, door, admitted, evidence)
    if not told:
        why = "it plans no TCP port that anybody is planned to reach"
        yield not_applicable(reservation, why=why, at=reservation.at)


@dataclass(frozen=True, slots=True)
class _Place:
    vantage: str
    cluster: str | None
    reply: Reply


def _planned_to_fail(topology: Topology, vantage: str, target: Target) -> bool:
    return any(
        not flow.expected
        and flow.target == target.end
        and (flow.port is None or flow.port.number == target.port)
        and standing(topology, flow.source) == vantage
        for flow in topology.flows
    )


# --- who is let in --------------------------------------------------------------------------------


def admitted_sources(reservation: Reservation, facts: ClusterFacts) -> tuple[Network, ...]:
    """The sources that its Service admits; empty where it admits everybody or nobody knows.

    For an address only the ranges of its own family count; where there are none, everybody may come
    (kube-proxy, `pkg/proxy/serviceport.go`).
    """
    for service in facts.services.value if facts.services.kind == "seen" else ():
        if service.key == reservation.owner:
            every = (ip_network(text.strip(), strict=False) for text in service.source_ranges)
            found = tuple(one for one in every if one.version == reservation.address.version)
            return () if any(network.prefixlen == 0 for network in found) else found
    return ()


def _sources(topology: Topology, place: _Place) -> tuple[Network, ...]:
    """Where a vantage point may seem to come from: pods come with the address of their node too."""
    if place.cluster is None:
        if place.reply.local is not None:
            return (ip_network(place.reply.local),)
        segment = topology.vantage(place.vantage).segment
        return (topology.segment(segment).cidr.network,) if segment is not None else ()
    cluster = topology.cluster(place.cluster)
    nodes = tuple(ip_network(address) for node in cluster.nodes for address in node.addresses)
    return (*(cidr.network for cidr in cluster.pods), *nodes)


def door_for(sources: Sequence[Network], admitted: Sequence[Network]) -> str:
    """`open`, `shut`, or `perhaps` where some of the sources are let in and some are not."""
    if not admitted:
        return "open"
    inside = [any(_within(source, item) for item in admitted) for source in sources]
    if inside and all(inside):
        return "open"
    meets = any(
        _within(source, item) or _within(item, source) for source in sources for item in admitted
    )
    return "perhaps" if meets or not sources else "shut"


def _within(inner: Network, outer: Network) -> bool:
    """Of two networks of one family."""
    return (
        outer.network_address <= inner.network_address  # type: ignore[operator]
        and inner.broadcast_address <= outer.broadcast_address  # type: ignore[operator]
    )


# --- one cell -------------------------------------------------------------------------------------


def _cell(
    reservation: Reservation,
    target: Target,
    place: _Place,
    places: Sequence[_Place],
    door: str,
    admitted: Sequence[Network],
    evidence: tuple[str, ...],
) -> Claim:
    far = reached(target, place.reply)
    wanted = "a TLS handshake" if target.speaks == "https" else "a connection"
    ranges = f"its Service admits only {', '.join(map(str, admitted))}"
    expected = {
        "open": wanted,
        "shut": f"none: {ranges}",
        "perhaps": f"{wanted}, or none: {ranges}",
    }[door]
    observed = far or broken(place.reply)
    others = [item.vantage for item in places if reached(target, item.reply)]
    if not far and others:
        observed += f", though {' and '.join(others)} got through"
    own = place.cluster == reservation.cluster
    proves = " (its own cluster, which proves no announcement)" if own else ""
    return holds(
        f"{place.vantage} to {reservation} port {target.port}{proves}",
        door == "perhaps" or (far is not None) == (door == "open"),
        expected=expected,
        observed=observed,
        at=reservation.at,
        evidence=evidence,
        way=(place.vantage, target.end),
    )


def reached(target: Target, reply: Reply) -> str | None:
    """How far it got, as text, if that is far enough."""
    if target.speaks != "https":
        return "connected" if reply.outcome == "connected" else None
    return (reply.tls.version or "TLS") if reply.tls is not None else None
