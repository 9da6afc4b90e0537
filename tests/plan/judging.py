"""Every plan check over every subject of a plan, without pytest: the suite as a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from tests.worlds import (
    TODAY,
    exemption,
    policy,
    with_cluster,
    with_load_balancer,
    with_node,
    without_name,
    world,
)
from trueline.model.check import Judgement
from trueline.model.claim import Claim
from trueline.model.topology import Topology
from trueline.model.verdict import Verdict
from trueline.planning import judging


def judgements(
    topology: Topology, today: date = TODAY, *, only: str | None = None
) -> Iterator[tuple[object, Judgement]]:
    """As the tool that proposes plans judges them, on the day of the tests."""
    return judging.judgements(topology, today, only=only)


def broken(topology: Topology, *, advisory: bool = False, today: date = TODAY) -> dict[str, int]:
    """How many claims fail, by requirement: the binding requirements, or the advisory ones.

    Raises AssertionError for a claim that is neither true nor false: a plan is all there is to see.
    """
    found: dict[str, int] = {}
    for subject, judgement in judgements(topology, today):
        assert judgement.verdict is not Verdict.UNKNOWN, (subject, judgement)
        requirement = judgement.check.requirement
        for claim in judgement.claims:
            if claim.verdict is Verdict.FAIL and requirement.advisory is advisory:
                found[requirement.id] = found.get(requirement.id, 0) + 1
    return dict(sorted(found.items()))


@dataclass(frozen=True)
class Row:
    """One plan with one thing wrong (or one thing not asked), and every word said about it.

    `said` is what the check says of it and not of `world()`; `broken` are the binding requirements
    that any plan check finds broken, so that only the owner of a defect complains about it.
    """

    check: str
    label: str
    topology: Topology
    said: list[str]
    broken: str


def said(check: str, topology: Topology, *verdicts: Verdict) -> list[str]:
    """The check's claims of these verdicts (default: all but PASS), as one line of text each."""
    wanted = verdicts or (Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)
    return [
        f"{claim.verdict.value} {_text(claim)} ({claim.at})"
        for _, judgement in judgements(topology, only=check)
        for claim in judgement.claims
        if claim.verdict in wanted
    ]


def _text(claim: Claim) -> str:
    if claim.verdict is Verdict.NOT_APPLICABLE:
        return f"{claim.subject}: {claim.observed}"
    return f"{claim.subject}: expected {claim.expected}, observed {claim.observed}"


def news(check: str, topology: Topology) -> list[str]:
    """What the check holds against a plan, beyond what it holds against `world()` already."""
    known = said(check, world())
    return [line for line in said(check, topology) if line not in known]


def calm() -> Topology:
    """A plan for what `world()` does not have: policies, a second master, a dated exception."""
    plain = world()
    for name in ("control", "app"):
        engine = replace(plain.cluster(name).cni, policy_enforced=True)
        plain = with_cluster(plain, name, cni=engine)
    owners = {(item.cluster, item.owner.split("/", 1)[0]) for item in plain.reservations}
    gateways = tuple(
        item for item in plain.cluster("app").reservations if item.name in ("ingress", "east-west")
    )
    plain = with_load_balancer(plain, "app", reservations=gateways)
    plain = with_node(plain, "app/app-worker-1", role="control-plane")
    plain = without_name(plain, "app1.app.test", "app2.app.test")
    return replace(
        plain,
        policies=tuple(policy(*owner) for owner in sorted(owners)),
        flows=tuple(item for item in plain.flows if item.name not in ("app1", "app2")),
        exemptions=(exemption(),),
    )
