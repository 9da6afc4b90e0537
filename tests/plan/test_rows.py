"""Every plan check: what it passes, what it says word for word, and which defects it catches."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tests.plan.judging import Row, broken, calm, judgements, news, said
from tests.plan.rows_passed import PASSED
from tests.worlds import world
from trueline.model.verdict import Verdict
from trueline.planning.judging import plan_checks

AREAS = sorted(path.stem.removeprefix("rows_") for path in Path(__file__).parent.glob("rows_*.py"))
ROWS: list[Row] = [
    row
    for area in AREAS
    for row in getattr(importlib.import_module(f"tests.plan.rows_{area}"), "ROWS", ())
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.check}: {row.label}")
def test_the_check_says_exactly_this_and_only_the_owners_complain(row: Row) -> None:
    assert news(row.check, row.topology) == row.said
    assert " ".join(broken(row.topology)) == row.broken


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.check}: {row.label}")
def test_what_is_not_asked_is_said_alone(row: Row) -> None:
    for topology in (world(), row.topology):
        for _, judgement in judgements(topology, only=row.check):
            verdicts = [claim.verdict for claim in judgement.claims]
            assert Verdict.NOT_APPLICABLE not in verdicts or len(verdicts) == 1


def test_every_check_catches_a_defect() -> None:
    catching = {row.check for row in ROWS if any(line.startswith("fail") for line in row.said)}
    assert catching == set(plan_checks())


@pytest.mark.parametrize("name", plan_checks())
def test_the_check_passes_a_plan_without_defect(name: str) -> None:
    passed = said(name, world(), Verdict.PASS) or said(name, calm(), Verdict.PASS)
    assert passed[0] == PASSED[name]


def test_the_corrected_reference_has_no_defect() -> None:
    assert broken(world()) == {}
    assert broken(calm()) == {}


def test_the_advisory_requirements_are_told_apart() -> None:
    assert broken(world(), advisory=True) == {"PLAN-085": 2, "PLAN-086": 2}
    assert broken(calm(), advisory=True) == {"PLAN-085": 1}
