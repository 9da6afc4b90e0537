"""Each fault turns exactly its own requirements red, in exactly these words, and no other."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.checks_kube.faults import FAULTS
from tests.checks_kube.judging import ALL, Facts, lines
from tests.live import facts_for
from tests.worlds import world
from trueline.model.verdict import Verdict

# Per fault: every claim that fails, by requirement, and every one that then cannot be told.
REDS = json.loads(Path(__file__).with_name("reds.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "broken"), FAULTS, ids=[name for name, _ in FAULTS])
def test_a_fault_turns_exactly_its_requirements_red(name: str, broken: Callable[[], Facts]) -> None:
    facts = broken()
    assert lines(world(), facts) == REDS[name]["fail"]
    assert lines(world(), facts, Verdict.UNKNOWN) == REDS[name].get("unknown", {})


def test_the_healthy_reference_is_green() -> None:
    assert lines(world(), facts_for(world())) == {}
    assert lines(world(), facts_for(world()), Verdict.UNKNOWN) == {}


def test_every_fault_has_its_lines() -> None:
    assert list(REDS) == [name for name, _ in FAULTS]


def test_every_requirement_can_be_turned_red() -> None:
    # test_rows has these two: CLU-001 needs a dead API, CLU-002 a pin.
    never = {one.requirement.id for one in ALL} - {
        id_ for red in REDS.values() for id_ in red["fail"]
    }
    assert never == {"CLU-001", "CLU-002"}
