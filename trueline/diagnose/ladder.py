"""The order of things: which requirement stands below which, and what its failure takes away.

The lower a rung, the more rests on it. A failure explains those of higher rungs that need what it
takes away; OWN is the subject of the claim itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from trueline.diagnose.parts import own
from trueline.model.topology import Pool

# Among the kinds of parts: the subject itself, the way between the pods of its clusters, the
# addresses that a pool has left, and what a claim itself says that it concerns.
OWN, BETWEEN, ROOM, CONCERNED = "own", "between", "room", "concerned"


@dataclass(frozen=True, slots=True)
class Rung:
    """How high a requirement stands, and the kinds of parts that are lost when it fails.

    `cluster` among the kinds is read of each cluster that the subject is about, `between` of the
    way from the pods of one of them to those of the next.
    """

    height: int
    takes: tuple[str, ...] = (OWN,)


_PLAN = Rung(0)
_UNLISTED = Rung(90)

RUNGS: dict[str, Rung] = {
    # The APIs, the nodes and the pod networks: what all else stands on.
    "CLU-007": Rung(9, ("cluster",)),
    "CLU-001": Rung(10, ("cluster",)),
    "CLU-003": Rung(11, ("cluster",)),
    "CLU-002": Rung(12, ("cluster",)),
    "CLU-006": Rung(13, ("cluster",)),
    "CLU-010": Rung(14, ("nodes",)),
    # A node gets its range when it joins, ready or not, and without one it never is.
    "CLU-020": Rung(14, ("pods",)),
    "CLU-012": Rung(15, ("nodes",)),
    "L2-001": Rung(15, ("nodes",)),
    "CLU-021": Rung(16, ("pods",)),
    "CLU-022": Rung(17, ("pods",)),
    "CLU-023": Rung(18, ("pods",)),
    "CLU-040": Rung(17, ("pods",)),
    "CLU-030": Rung(16, ("services",)),
    "CLU-031": Rung(17, ("services",)),
    "CLU-036": Rung(19, ()),
    "CLU-037": Rung(19, ()),
    "CLU-038": Rung(17, ("nodes",)),
    "CLU-050": Rung(18, ("dns",)),
    "CLU-051": Rung(18, ("dns",)),
    "CLU-061": Rung(18, ("pods",)),
    "CLU-060": Rung(19, ("pods", "dns")),
    # A clock that is off comes before the dates that fail by it.
    "TIME-001": Rung(10, ("clock",)),
    "TIME-002": Rung(13, ("clock",)),
    "TIME-003": Rung(14, (OWN, "dates")),
    "TIME-010": Rung(11, ("cluster",)),
    "TIME-011": Rung(11, ("cluster",)),
    # The load balancer: pools, assignment, announcement.
    "LB-001": Rung(20, ("metallb",)),
    "LB-002": Rung(20, ("metallb",)),
    "LB-019": Rung(21, ("metallb",)),
    "CLU-070": Rung(21, ()),
    "LB-004": Rung(22),
    "LB-005": Rung(22, ("metallb",)),
    "LB-007": Rung(23),
    "LB-006": Rung(23),
    "LB-008": Rung(24, ("pool",)),
    "LB-009": Rung(25),
    "LB-010": Rung(26),
    "LB-013": Rung(26),
    "LB-018": Rung(27),
    # What is about single Services takes away those, and not all that the cluster carries.
    "LB-015": Rung(25, (CONCERNED,)),
    "LB-016": Rung(25, (CONCERNED,)),
    "LB-021": Rung(27, ("metallb",)),
    "LB-012": Rung(28),
    "LB-017": Rung(28, (CONCERNED,)),
    "LB-014": Rung(28, (ROOM, CONCERNED)),
    "LB-011": Rung(29, (CONCERNED,)),
    "LB-020": Rung(27, (CONCERNED,)),
    # Over by now: it explains what is lost on the wire, and nothing that the API still shows.
    "LB-024": Rung(29, ("announcers",)),
    "L2-002": Rung(30),
    "L2-003": Rung(30),
    "L2-004": Rung(30),
    "L2-005": Rung(31),
    "L2-006": Rung(31),
    "L2-007": Rung(31),
    "L2-008": Rung(49),
    # Policies, before what they let through.
    "POL-003": Rung(32, ("policies",)),
    "POL-004": Rung(33),
    "POL-001": Rung(34),
    "POL-002": Rung(34),
    # Names.
    "DNS-001": Rung(35),
    "DNS-002": Rung(36, ("dns",)),
    "DNS-003": Rung(37, ("dns",)),
    "DNS-004": Rung(38),
    "DNS-011": Rung(38),
    "DNS-005": Rung(39),
    "DNS-010": Rung(40),
    "DNS-021": Rung(41),
    "DNS-020": Rung(42),
    # What is reached, and what answers there.
    "VM-003": Rung(12),
    "VM-001": Rung(51),
    "ISO-001": Rung(50, (BETWEEN,)),
    "REACH-001": Rung(52),
    "REACH-003": Rung(53),
    "REACH-004": Rung(54),
    "TIME-004": Rung(54),
    "MTLS-003": Rung(55, ("mesh",)),
    "MTLS-010": Rung(56, ("mesh",)),
    "MTLS-007": Rung(56, ("mesh",)),
    "MTLS-002": Rung(57),
    "MTLS-004": Rung(57),
    "MTLS-001": Rung(58),
    "MTLS-008": Rung(60),
    "ING-001": Rung(60),
    "ING-002": Rung(59),
    # What is carried from end to end.
    "REACH-031": Rung(70),
    "REACH-020": Rung(70),
    "REACH-022": Rung(71),
    "REACH-030": Rung(71),
    # An open door takes nothing away, and explains why others are let in.
    "REACH-014": Rung(69, ()),
    "REACH-011": Rung(70),
    "REACH-013": Rung(70),
    "REACH-015": Rung(70),
    "REACH-010": Rung(71),
    "REACH-012": Rung(71),
    "REACH-016": Rung(71),
    "REACH-040": Rung(72),
    # Drills: what is missing afterwards comes after what was lost.
    "DRILL-001": Rung(80),
    "DRILL-002": Rung(81),
    "DRILL-003": Rung(80),
    "DRILL-004": Rung(80),
    "DRILL-005": Rung(80),
    "DRILL-006": Rung(80),
    "DRILL-007": Rung(85),
}


# The highest rung of each part of the ladder, from the ground up.
LAYERS: tuple[tuple[int, str], ...] = (
    (0, "the plan"),
    (19, "clusters, nodes and pod networks"),
    (29, "the load balancer"),
    (31, "the segment"),
    (34, "policies"),
    (42, "names"),
    (60, "what is reached, and what answers"),
    (72, "what is carried from end to end"),
    (85, "drills"),
    (_UNLISTED.height, "the rest"),
)


def rung(requirement: str) -> Rung:
    """Where a requirement stands. The plan is below all else, what is not listed above."""
    if requirement.startswith("PLAN-"):
        return _PLAN
    return RUNGS.get(requirement, _UNLISTED)


def layer(requirement: str) -> str:
    """The part of the ladder that a requirement stands in, as a reader calls it."""
    height = rung(requirement).height
    return next(name for top, name in LAYERS if height <= top)


def takes(requirement: str, subject: object) -> tuple[str, ...]:
    """The parts that nobody can count on while a subject fails a requirement."""
    found: list[str] = []
    mine = own(subject)
    clusters = [part.partition(":")[2] for part in mine if part.startswith("cluster:")]
    named = getattr(subject, "cluster", None)
    clusters += [named] if isinstance(named, str) and not clusters else []
    for kind in rung(requirement).takes:
        if kind == OWN:
            found += mine
        elif kind == "pool":
            pools = (pool for one in _all(subject) for pool in getattr(one, "pools", ()))
            found += [f"pool:{pool}" for pool in pools]
        elif kind == ROOM:
            found += [f"room:{pool}" for pool in _all(subject) if isinstance(pool, Pool)]
        elif kind == BETWEEN:
            ways = pairwise(clusters)
            found += [f"path:pods:{here}>pods:{there}" for here, there in ways]
        elif kind != CONCERNED:  # that the journal adds, from the claim
            found += [f"{kind}:{cluster}" for cluster in clusters]
    return tuple(dict.fromkeys(found))


def _all(subject: object) -> tuple[object, ...]:
    return subject if isinstance(subject, tuple) else (subject,)
