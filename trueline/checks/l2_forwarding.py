"""Whether the node that draws what is for a reserved address passes it on.

ARP leads everybody to the announcing node; the rules of kube-proxy there lead on to the pods. Where
they are missing or of yesterday, the node itself does not get through either. Where it does and
nobody else, what comes from outside is lost before the rules, or its answer on the way back.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

from trueline.checks.l2_parties import host_of, parties
from trueline.checks.reach_matrix import admitted_sources, door_for, reached
from trueline.checks.shown import broken
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.observation import ClusterFacts, NotObserved, Snapshot, Wire
from trueline.model.places import at_node
from trueline.model.probe import Answers
from trueline.model.targets import Target, observers
from trueline.model.topology import Node, Reservation, Topology
from trueline.questions import matrix
from trueline.requirements.l2 import L2_008


@check(
    L2_008,
    remedy="Look at kube-proxy on that node: whether it runs, what its log says, and whether its "
    "rules name the present endpoints (`iptables-save`, `nft list ruleset`, `ipvsadm -Ln`).",
)
def announcer_passes_on(
    reservation: Reservation,
    topology: Topology,
    wire: Wire,
    snapshot: Snapshot,
    facts: ClusterFacts,
    answers: Answers,
) -> Iterator[Claim]:
    """The node that answers for a reserved address gets through to what stands behind it."""
    targets = matrix.ports(topology, reservation)
    if not targets:
        yield not_applicable(reservation, why="it plans no TCP port", at=reservation.at)
        return
    found = parties(reservation.address, topology, wire, snapshot).answers(reservation.address)
    planned = {host_of(node): node for node in topology.cluster(reservation.cluster).nodes}
    mine = [planned[one.node] for one in found if one.node in planned]
    if len(mine) != 1:
        why = "no single node of its cluster answers for it, see L2-004"
        yield not_applicable(reservation, why=why, at=reservation.at)
        return
    (node,) = mine
    family = reservation.address.version
    own = [ip_network(address) for address in node.addresses if address.version == family]
    if door_for(own, admitted_sources(reservation, facts)) != "open":
        why = f"its Service does not admit {node}"
        yield not_applicable(reservation, why=why, at=reservation.at)
        return
    for target in targets:
        yield _claim(reservation, target, node, topology, answers)


def _claim(
    reservation: Reservation, target: Target, node: Node, topology: Topology, answers: Answers
) -> Claim:
    vantage = at_node(node.cluster, node.name)
    subject = f"{reservation} port {target.port} at {node}, which announces it"
    reply = answers.of(vantage, matrix.name(target)).last
    far = reached(target, reply)
    expected = "a TLS handshake" if target.speaks == "https" else "a connection"
    others, gaps = _others(target, topology, answers)
    if not far and not others:
        if gaps:
            why = f"{broken(reply)}, and whether anybody gets through is not known: {gaps[0]}"
            return unknown(subject, expected=expected, why=why, at=reservation.at)
        why = "nobody gets through, see REACH-003"
        return not_applicable(subject, why=why, at=reservation.at)
    return holds(
        subject,
        far is not None,
        expected=expected,
        observed=far or f"{broken(reply)}, though {' and '.join(others)} got through",
        at=reservation.at,
        evidence=(answers.origin(vantage),),
    )


def _others(target: Target, topology: Topology, answers: Answers) -> tuple[list[str], list[str]]:
    """The vantage points that get through, and why of others it is not known."""
    through: list[str] = []
    gaps: list[str] = []
    for name, _ in observers(topology):
        try:
            if reached(target, answers.of(name, matrix.name(target)).last):
                through.append(name)
        except NotObserved as gap:
            gaps.append(str(gap))
    return through, gaps
