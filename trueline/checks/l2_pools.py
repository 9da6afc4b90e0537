"""Is each pool address answered on the wire by whom it should be, and by nobody else.

One fault, one red. The checks walk one path, and each speaks only of what the one before it has
left open:

- `reserved_address_is_answered_by_one_node` counts the owners. Silence, two owners and foreign
  machines end here.
- `node_answers_only_for_what_it_may_announce` looks at the addresses that have exactly one owner,
  from that owner's side. A silent or a contested address is no node's alone, so it adds nothing to
  this judgement and is not reported a second time, neither as a failure nor as a doubt. The
  judgement itself is never empty: what a node does *not* answer for was asked and heard.
- `unreserved_address_is_silent` takes the rest of the pools. A squatter there turns only this red.

That no foreign machine answers is claimed by the first and the last, for every pool address.
"""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.l2_election import Election, election
from trueline.checks.l2_parties import (
    NOBODY,
    Answer,
    Host,
    Parties,
    host_of,
    known_addresses,
    parties,
    parties_of,
)
from trueline.model.address import Address
from trueline.model.check import check
from trueline.model.claim import Claim, holds, unknown
from trueline.model.observation import NotObserved, Snapshot, Wire
from trueline.model.source import Source
from trueline.model.subject import SilentAddress
from trueline.model.topology import Node, Reservation, Segment, Topology
from trueline.requirements.l2 import L2_004, L2_005, L2_006

_NONE = "it answers for no reserved address that it may not announce"


@check(
    L2_004,
    remedy=(
        "If nobody answers, look at the Service, its endpoints, the L2Advertisement and the "
        "speakers, in this order, and where the node answers when asked directly, at the port of "
        "the switch that keeps broadcasts from it; else take the address from every machine but "
        "the announcing node."
    ),
)
def reserved_address_is_answered_by_one_node(
    reservation: Reservation, topology: Topology, wire: Wire, snapshot: Snapshot
) -> Iterator[Claim]:
    """Each reserved address is answered by exactly one node and by no other machine.

    Two NICs of one node are one owner. Whether it is the right node is asked of that node
    (L2-005). In a pool that the plan does not advertise, nobody may answer.
    """
    address = reservation.address
    place = parties(address, topology, wire, snapshot)
    answers = place.answers(address)
    if not _is_advertised(reservation, topology):
        yield _silent(place, reservation, answers, address, reservation.at)
        return
    held = _election(reservation, topology, snapshot)
    claim = holds(
        reservation,
        len(answers) == 1 and answers[0].node is not None,
        expected=f"one node answers for {address}",
        observed=_owners(answers, held, place.direct(address)),
        at=reservation.at,
        evidence=(*place.evidence, *_prediction(held)),
    )
    claim = place.proven(claim, answered=bool(answers))
    yield _unless_it_may_be_a_node(place, answers, claim)


@check(
    L2_005,
    remedy=(
        "Look at the speaker of the node that should announce, the node selectors of the "
        "L2Advertisement and the Service's traffic policy; restart a speaker that holds on to it."
    ),
)
def node_answers_only_for_what_it_may_announce(
    node: Node, topology: Topology, wire: Wire, snapshot: Snapshot
) -> Iterator[Claim]:
    """A node that alone answers for a reserved address is one that may announce it.

    One claim for each such address; a node without any has one claim that says so. Where it is on
    several segments, one that was not heard has a claim of its own.
    """
    host = host_of(node)
    places, unheard = _places(node, topology, wire, snapshot)
    alone = [
        (place, reservation)
        for place in places
        for reservation in _reserved_on(place, topology)
        if [answer.node for answer in place.answers(reservation.address)] == [host]
    ]
    for place, reservation in alone:
        yield _may_announce(place, node, reservation, topology, snapshot)
    if not alone:
        yield _answers_for_none(places, host, node, topology)
    for segment, gap in unheard.items():
        yield unknown(f"{node} on {segment}", expected=_NONE, why=str(gap), at=node.at)


@check(
    L2_006,
    remedy="Find the machine behind the MAC and take the address from it, or reserve the address.",
)
def unreserved_address_is_silent(
    silent_address: SilentAddress, topology: Topology, wire: Wire, snapshot: Snapshot
) -> Iterator[Claim]:
    """Each pool address that nobody reserved is answered by nobody."""
    address = silent_address.address
    place = parties(address, topology, wire, snapshot)
    yield _silent(place, silent_address, place.answers(address), address, silent_address.at)


# --- reserved addresses ---------------------------------------------------------------------------


def _is_advertised(reservation: Reservation, topology: Topology) -> bool:
    """Whether the plan advertises the pool; a reservation outside every pool counts as it does."""
    pools = topology.cluster(reservation.cluster).pools
    return all(pool.advertise != "none" for pool in pools if pool.holds(reservation.address))


def _election(reservation: Reservation, topology: Topology, snapshot: Snapshot) -> Election | None:
    """The election for the address; None without MetalLB, or when the API shows too little."""
    balancer = topology.cluster(reservation.cluster).metallb
    facts = snapshot.clusters.get(reservation.cluster)
    if balancer is None or facts is None:
        return None
    try:
        return election(facts, balancer.namespace, reservation.address)
    except NotObserved:
        return None


def _owners(answers: tuple[Answer, ...], held: Election | None, direct: tuple[Answer, ...]) -> str:
    """Who answers, told apart: nobody, nodes of one cluster or of several, foreign machines."""
    if not answers and direct:
        told = " and ".join(map(str, direct))
        return f"nobody answers a broadcast, and who is asked directly does: {told}"
    if not answers:
        return f"{NOBODY}: {held.nobody}" if held and held.nobody else NOBODY
    told = ", ".join(map(str, answers))
    nodes = [answer.node for answer in answers if answer.node is not None]
    clusters = {node.cluster for node in nodes}
    strangers = len(answers) - len(nodes)
    parts = []
    if len(clusters) > 1:
        parts.append(f"nodes of {len(clusters)} clusters")
    elif len(nodes) > 1:
        parts.append(f"{len(nodes)} nodes of one cluster")
    elif nodes and strangers:
        parts.append("a node")
    if strangers:
        only = "" if nodes else "only "
        parts.append(f"{only}{strangers} foreign machine{'s' if strangers > 1 else ''}")
    return f"{' and '.join(parts)}: {told}" if parts else told


def _prediction(held: Election | None) -> tuple[str, ...]:
    return (f"MetalLB's hash elects node {held.elected}",) if held and held.elected else ()


def _unless_it_may_be_a_node(place: Parties, answers: tuple[Answer, ...], claim: Claim) -> Claim:
    """UNKNOWN instead of "a foreign machine" when it may be a node that keeps its MAC to itself."""
    silent = place.silent_nodes()
    if len(answers) != 1 or not silent or not _is_nameless(place, answers[0]):
        return claim
    return unknown(
        claim.subject,
        expected=claim.expected,
        why=f"{answers[0]} answers, and it may be {' or '.join(silent)}, silent for itself",
        at=claim.at,
        evidence=claim.evidence,
    )


def _is_nameless(place: Parties, answer: Answer) -> bool:
    """Whether a machine answers for no address of its own, so that nothing tells who it is."""
    return answer.node is None and not place.own_addresses(answer.macs[0])


# --- the announcing node --------------------------------------------------------------------------


def _places(
    node: Node, topology: Topology, wire: Wire, snapshot: Snapshot
) -> tuple[list[Parties], dict[Segment, NotObserved]]:
    """The segments on which the node has an address, and those of them that were not heard.

    Raises NotObserved when none was.
    """
    known = known_addresses(node, snapshot)
    places: list[Parties] = []
    unheard: dict[Segment, NotObserved] = {}
    for segment in topology.segments:
        if any(address in segment.cidr.network for address in known):
            try:
                places.append(parties_of(segment, topology, wire, snapshot))
            except NotObserved as gap:
                unheard[segment] = gap
    if not places and unheard:
        raise next(iter(unheard.values()))
    if not places:
        raise NotObserved(f"no known address of {node} lies in a segment of the plan")
    return places, unheard


def _reserved_on(place: Parties, topology: Topology) -> list[Reservation]:
    return [
        item
        for item in topology.reservations
        if item.address in place.segment.cidr.network and _is_advertised(item, topology)
    ]


def _may_announce(
    place: Parties,
    node: Node,
    reservation: Reservation,
    topology: Topology,
    snapshot: Snapshot,
) -> Claim:
    expected = f"a node that may announce {reservation.address} of {reservation}"
    reason: str | None = f"a node of cluster {node.cluster}"
    if node.cluster == reservation.cluster:
        reason = _barred(node, reservation, topology, snapshot)
    return holds(
        node,
        reason is None,
        expected=expected,
        observed=reason or "it may",
        at=reservation.at,
        evidence=place.evidence,
    )


def _barred(
    node: Node, reservation: Reservation, topology: Topology, snapshot: Snapshot
) -> str | None:
    """Why a node of the right cluster may not announce. Only MetalLB's rules are known here."""
    balancer = topology.cluster(node.cluster).metallb
    if balancer is None:
        return None
    if node.cluster not in snapshot.clusters:
        raise NotObserved(f"nobody looked at the load balancer of cluster {node.cluster}")
    facts = snapshot.clusters[node.cluster]
    barred = election(facts, balancer.namespace, reservation.address).barred
    return barred.get(node.name, "the API of its cluster has no such node")


def _answers_for_none(places: list[Parties], host: Host, node: Node, topology: Topology) -> Claim:
    evidence = tuple(line for place in places for line in place.evidence)
    for place in places:
        nameless = [
            str(item.address)
            for item in _reserved_on(place, topology)
            if any(_is_nameless(place, answer) for answer in place.answers(item.address))
        ]
        if nameless and host.name in place.silent_nodes():
            return unknown(
                node,
                expected=_NONE,
                why=(
                    "it does not answer for itself, so it may be the unknown machine that answers "
                    f"for {', '.join(nameless)}"
                ),
                at=node.at,
                evidence=evidence,
            )
    observed = "it alone answers for none"
    return holds(node, True, expected=_NONE, observed=observed, at=node.at, evidence=evidence)


# --- silence --------------------------------------------------------------------------------------


def _silent(
    place: Parties,
    subject: Reservation | SilentAddress,
    answers: tuple[Answer, ...],
    address: Address,
    at: Source,
) -> Claim:
    claim = holds(
        subject,
        not answers,
        expected=f"nobody answers for {address}",
        observed=", ".join(map(str, answers)) or NOBODY,
        at=at,
        evidence=place.evidence,
    )
    return place.proven(claim, answered=bool(answers))
