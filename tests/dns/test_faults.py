"""Each fault turns exactly its own requirements red, in exactly these words, and no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dns.faults import FAULTS, Broken
from tests.dns.judging import ALL, lines
from tests.dns.plans import PLANS
from tests.dns.universe import PLAN, answers
from trueline.model.verdict import Verdict

# Per fault: every claim that fails, by requirement; how many then cannot be told, and the reasons.
REDS = json.loads(Path(__file__).with_name("reds.json").read_text(encoding="utf-8"))
EVERY = (*FAULTS, *PLANS)


def reds(broken: Broken) -> dict[str, object]:
    """What a fault comes to."""
    found: dict[str, object] = {}
    every = lines(broken.plan, broken.facts, broken.asked)
    if fail := every[Verdict.FAIL]:
        found["fail"] = fail
    if unknown := every[Verdict.UNKNOWN]:
        found["unknown"] = {
            "claims": {id_: len(claims) for id_, claims in unknown.items()},
            "reasons": sorted(
                {line.split(", observed ", 1)[1] for claims in unknown.values() for line in claims}
            ),
        }
    if broken.plan is not PLAN:
        found["not asked"] = every[Verdict.NOT_APPLICABLE]
    return found


@pytest.mark.parametrize(("name", "broken"), EVERY, ids=[name for name, _ in EVERY])
def test_a_fault_turns_exactly_its_requirements_red(
    name: str, broken: Callable[[], Broken]
) -> None:
    assert reds(broken()) == REDS[name]


def test_the_healthy_universe_is_green() -> None:
    assert reds(Broken(asked=answers())) == {}


def test_every_fault_has_its_lines() -> None:
    assert list(REDS) == [name for name, _ in EVERY]


def test_every_requirement_can_be_turned_red() -> None:
    failing = {id_ for red in REDS.values() for id_ in red.get("fail", {})}
    assert failing == {check.requirement.id for check in ALL}
