"""The plan's requirements: well formed, each judged, each with its source in the review."""

from __future__ import annotations

import re

import pytest

from trueline.model.requirement import Requirement
from trueline.planning.judging import plan_checks
from trueline.requirements import plan, plan_use

DECLARED = {
    name: item
    for module in (plan, plan_use)
    for name, item in vars(module).items()
    if isinstance(item, Requirement)
}
# The rows of the review whose vantage includes `spec`; sections 2 to 5 and other rows that a plan
# can already answer are in the sources as well.
SPEC_ROWS = ("A-09", "B-01", "B-06", "B-08", "B-10", "C-04", "D-09", "D-12", "E-07", "F-05")
SPEC_FAULTS = ("ML-04", "ML-27", "SC-01", "SC-02", "SC-03", "SC-05")


@pytest.mark.parametrize("name", DECLARED)
def test_a_requirement_is_one_precise_sentence(name: str) -> None:
    item = DECLARED[name]
    assert name == item.id.replace("-", "_")
    assert re.fullmatch(r"PLAN-\d{3}", item.id)
    word = "SHOULD" if item.advisory else "MUST"
    assert re.fullmatch(
        rf"[A-Z][^.]*\b{word}( NOT)?\b[^.]*(\.local)?\.", item.must.replace("0.83", "")
    )
    assert item.why.endswith(".")
    assert item.source


def test_every_requirement_is_judged_and_declared() -> None:
    judged = {check.requirement.id for check in plan_checks().values()}
    assert judged == {item.id for item in DECLARED.values()}


@pytest.mark.parametrize("row", SPEC_ROWS + SPEC_FAULTS)
def test_every_row_that_a_plan_can_answer_has_a_requirement(row: str) -> None:
    assert [item.id for item in DECLARED.values() if row in item.source]


@pytest.mark.parametrize("check", plan_checks().values(), ids=repr)
def test_a_check_promises_and_helps(check: object) -> None:
    from trueline.model.check import Check

    assert isinstance(check, Check)
    assert check.promise.endswith(".")
    assert check.remedy.endswith(".")
