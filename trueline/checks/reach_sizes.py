"""Whether what is reached takes packets of full size too."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.shown import broken
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.probe import Answers
from trueline.model.targets import observers
from trueline.model.topology import Reservation, Topology
from trueline.questions import matrix, sizes
from trueline.requirements.reach import REACH_004

_EXPECTED = f"an answer to a request of {sizes.BYTES} bytes"


@check(
    REACH_004,
    remedy="Compare the MTU of the interfaces on the way (VXLAN takes 50 bytes), and let ICMP "
    "'fragmentation needed' pass.",
)
def reserved_port_answers_large_requests(
    reservation: Reservation, topology: Topology, answers: Answers
) -> Iterator[Claim]:
    """Whoever connects to a reserved port that serves HTTP is answered to a large request.

    Where no connection comes about there is nothing to be said of sizes: REACH-003 tells that.
    """
    told = False
    for target in sizes.ports(topology, reservation):
        for vantage, _ in observers(topology):
            if answers.of(vantage, matrix.name(target)).last.outcome != "connected":
                continue
            told = True
            reply = answers.of(vantage, sizes.name(target)).last
            yield holds(
                f"{vantage} to {reservation} port {target.port}",
                reply.outcome == "answered",
                expected=_EXPECTED,
                observed=broken(reply),
                at=reservation.at,
                evidence=(answers.origin(vantage),),
                way=(vantage, target.end),
            )
    if not told:
        why = "nobody connects to a port of it that serves HTTP"
        yield not_applicable(reservation, why=why, at=reservation.at)
