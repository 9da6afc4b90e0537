"""Each fault, injected for real, turns exactly its own requirements red, in one incident.

A run takes a share of them, another one each day, so that a gate has had all within some days;
TRUELINE_FAULTS=all takes all (an hour), and TRUELINE_FAULTS=ML-01,SE-03 those. `make kills` does
the same for all, and writes down what was seen.
"""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tools import kill_matrix, kills
from tools.lab.faults import registry
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

pytestmark = pytest.mark.lab

SHARE = 15  # faults of one run


def chosen(every: dict[str, Fault], asked: str, day: date) -> dict[str, Fault]:
    """The faults of one run."""
    if asked == "all":
        return every
    if asked:
        return {name: every[name] for name in asked.split(",")}
    days = -(-len(every) // SHARE)
    turn = day.toordinal() % days
    return {name: every[name] for index, name in enumerate(every) if index % days == turn}


ASKED = os.environ.get("TRUELINE_FAULTS", "")
KNOWN = registry.every()
# Without being asked for any, those whose row is published: a regression is what a gate is for.
SHARED = KNOWN if ASKED else {name: KNOWN[name] for name in kill_matrix.load() if name in KNOWN}
FAULTS = chosen(SHARED, ASKED, datetime.now(UTC).date())


@pytest.mark.parametrize("fault", list(FAULTS.values()), ids=list(FAULTS))
def test_the_fault_turns_exactly_its_requirements_red(
    fault: Fault, lab: Lab, tmp_path: Path
) -> None:
    row = kills.kill(lab, fault, tmp_path)
    assert row.trouble == ""
    assert (row.missed, row.collateral) == ((), ())
    assert row.surprises == ()
    assert row.causes == (fault.first_cause,)
    assert row.replays
    assert row.good
