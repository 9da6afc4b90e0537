"""A check and judgements to report on."""

from __future__ import annotations

from datetime import date

from trueline.model.check import Check, Judgement
from trueline.model.claim import Claim, equal, not_applicable, unknown
from trueline.model.requirement import Requirement, Severity
from trueline.model.source import Source
from trueline.model.topology import Exemption

AT = Source("topology.yaml", 41)
TODAY = date(2027, 3, 14)


def _judge(subject: object) -> list[Claim]:
    """Each reserved address is held by its owner."""
    return []


def requirement(*, advisory: bool = False) -> Requirement:
    return Requirement(
        id="LB-003",
        must="A reserved address MUST be held by its owner.",
        severity=Severity.CRITICAL,
        why="Two holders take turns.",
        source="a document",
        since="0.1",
        advisory=advisory,
    )


OWNER = Check(requirement(), _judge, remedy="Release the address.")
ADVICE = Check(requirement(advisory=True), _judge, remedy="Release the address.")

GOOD = equal("control/192.0.2.1", expected={"a/b"}, observed={"a/b"}, at=AT, evidence=("list",))
BAD = equal("control/192.0.2.1", expected={"a/b"}, observed={"c/d"}, at=AT)
GAP = unknown("app/192.0.2.2", expected={"a/b"}, why="no answer", at=AT)
NONE = not_applicable("plan", why="no pool is planned")


def judgement(*claims: Claim, check: Check = OWNER) -> Judgement:
    return Judgement(check=check, claims=claims)


def exemption(expires: date, subject: str = "control/*", requirement: str = "LB-003") -> Exemption:
    return Exemption(
        requirement=requirement,
        subject=subject,
        owner="network team",
        reason="the address moves in spring",
        expires=expires,
        at=Source("topology.yaml", 90),
    )
