"""Each fault, injected for real, turns exactly its own requirements red, in one incident.

All of them take half an hour. A run takes a third, another one each day, so that a gate has had all
within three days; TRUELINE_FAULTS=all takes all, and TRUELINE_FAULTS=ML-01,SE-03 those.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.lab.running import run_suites
from tools.lab.faults import registry
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

pytestmark = pytest.mark.lab

SHARE = 3


def chosen(every: dict[str, Fault], asked: str, day: date) -> dict[str, Fault]:
    """The faults of one run."""
    if asked == "all":
        return every
    if asked:
        return {name: every[name] for name in asked.split(",")}
    turn = day.toordinal() % SHARE
    return {name: every[name] for index, name in enumerate(every) if index % SHARE == turn}


FAULTS = chosen(registry.every(), os.environ.get("TRUELINE_FAULTS", ""), datetime.now(UTC).date())


@pytest.fixture(params=list(FAULTS.values()), ids=list(FAULTS))
def fault(request: pytest.FixtureRequest, lab: Lab) -> Iterator[Fault]:
    chosen: Fault = request.param
    try:
        registry.inject(lab, chosen)
        yield chosen
    finally:
        registry.clear(lab)


def test_the_fault_turns_exactly_its_requirements_red(
    fault: Fault, lab: Lab, tmp_path: Path
) -> None:
    disturb = ("--disruptive", "-k", f"not disruptive or {fault.drills}") if fault.drills else ()
    run = run_suites(lab, tmp_path, *(f"suites/{area}" for area in fault.areas), "-n0", *disturb)
    assert set(run.having("unknown")) == fault.unknowns, run.text
    assert set(run.having("fail")) == fault.reds, run.text
    assert run.causes == (fault.first_cause,), run.text
    assert run.code == 1
