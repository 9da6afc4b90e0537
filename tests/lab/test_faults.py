"""Each fault, injected for real, turns exactly its own requirements red."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.running import run_suites
from tools.lab.faults import registry
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

pytestmark = pytest.mark.lab

FAULTS = registry.every()


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
    run = run_suites(lab, tmp_path, *(f"suites/{area}" for area in fault.areas), "-n0")
    assert set(run.having("unknown")) == fault.unknowns, run.text
    assert set(run.having("fail")) == fault.reds, run.text
    assert run.code == 1
