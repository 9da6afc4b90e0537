"""Judge a subject by a check of the wire and read the claims as lines."""

from __future__ import annotations

from trueline.model.check import Check
from trueline.model.observation import ClusterFacts, Observed, SegmentFacts, Snapshot
from trueline.model.subject import SilentAddress, silent_addresses
from trueline.model.topology import Reservation, Topology

Wire = dict[str, Observed[SegmentFacts]]


def lines(
    check: Check, subject: object, plan: Topology, wire: Wire, clusters: dict[str, ClusterFacts]
) -> list[str]:
    """`VERDICT subject: expected | observed`, one for each claim."""
    snapshot = Snapshot(clusters=clusters)
    judged = check(subject, plan, wire, snapshot)
    assert judged.claims
    return [
        f"{claim.verdict.name} {claim.subject}: {claim.expected} | {claim.observed}"
        for claim in judged.claims
    ]


def line(
    check: Check, subject: object, plan: Topology, wire: Wire, clusters: dict[str, ClusterFacts]
) -> str:
    """The only claim."""
    (only,) = lines(check, subject, plan, wire, clusters)
    return only


def reserved(plan: Topology, name: str) -> Reservation:
    """The reservation of that name (`cluster/name`)."""
    return {str(item): item for item in plan.reservations}[name]


def free(plan: Topology, address: str) -> SilentAddress:
    """An address that nobody reserved."""
    return {str(item.address): item for item in silent_addresses(plan)}[address]
