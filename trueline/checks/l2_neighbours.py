"""What the hosts of a segment remember of the reserved addresses, which is where they send.

After a change of the announcer they learn of the new one by its gratuitous ARP. One that hears of
none goes on sending to the old one, as long as that takes what is sent.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from trueline.checks.l2_parties import Parties, parties
from trueline.checks.shown import broken
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.observation import NotObserved, Snapshot, Wire
from trueline.model.probe import Answers
from trueline.model.topology import Reservation, Topology, Vantage
from trueline.questions import neighbours
from trueline.requirements.l2 import L2_007

_NOBODY = "nobody"


@check(
    L2_007,
    remedy="Delete the entry on the host (`ip neigh del`, `arp -d`, `ndp -d`), and look why no "
    "gratuitous ARP, or in IPv6 no advertisement, of the new announcer arrived: the log of its "
    "speaker, filters on the way.",
)
def hosts_remember_who_answers(
    reservation: Reservation, topology: Topology, wire: Wire, snapshot: Snapshot, answers: Answers
) -> Iterator[Claim]:
    """A host sends what is for a reserved address to the machine that answers for it."""
    hosts = neighbours.hosts(topology, reservation)
    if not hosts:
        why = "no planned host stands on its segment"
        yield not_applicable(reservation, why=why, at=reservation.at)
        return
    heard = parties(reservation.address, topology, wire, snapshot)
    found = heard.answers(reservation.address)
    if len(found) != 1:
        why = f"{'several machines answer' if found else 'nobody answers'} for it, see L2-004"
        yield not_applicable(reservation, why=why, at=reservation.at)
        return
    for vantage in hosts:
        yield _claim(reservation, vantage, heard, answers)


def _claim(reservation: Reservation, vantage: Vantage, heard: Parties, answers: Answers) -> Claim:
    """What one host remembers, beside who answered the sweep."""
    subject, at = f"{reservation} at {vantage}", reservation.at
    (owner,) = heard.answers(reservation.address)
    try:
        reply = answers.of(vantage.name, neighbours.name(reservation)).last
        if reply.outcome != "answered":
            raise NotObserved(f"its table cannot be read: {broken(reply)}")
    except NotObserved as gap:
        return unknown(subject, expected=f"it sends to {owner}", why=str(gap), at=at)
    mac = base64.b64decode(reply.received).decode(errors="replace")
    if mac == _NOBODY:
        why = "it remembers nobody, and would ask"
        return not_applicable(subject, why=why, at=at)
    other = heard.machine(mac)
    same = mac in owner.macs or (owner.node is not None and other.node == owner.node)
    return holds(
        subject,
        same,
        expected=f"it sends to {owner}",
        observed=f"to {other}",
        at=at,
        evidence=(*heard.evidence, answers.origin(vantage.name)),
    )
