"""Which tests a budget is spent on."""

from __future__ import annotations

import pytest

from fixtures.worth import Candidate, Expected, choose, cost, learnt, seconds

SEEN, ASKED = frozenset({"clusters"}), frozenset({"clusters", "answers"})
TIMES = Expected(observing={"clusters": 5.0, "answers": 60.0, "drills": 900.0}, each=1.0)


def one(
    requirement: str = "LB-012",
    severity: str = "critical",
    tier: str = "quick",
    needs: frozenset[str] = SEEN,
) -> Candidate:
    return Candidate(requirement=requirement, severity=severity, tier=tier, needs=needs)


@pytest.mark.parametrize(
    ("text", "found"),
    [("90s", 90.0), ("5m", 300.0), ("1h", 3600.0)]
    + [(bad, None) for bad in ("5", "m", "0s", "-5m", "5 m", "1.5h", "5min", "")],
)
def test_a_time_is_a_number_with_its_unit(text: str, found: float | None) -> None:
    assert seconds(text) == found


def test_the_most_valuable_come_first() -> None:
    candidates = [
        one("DNS-010", "normal"),
        one("DNS-010", "critical", "standard", ASKED),
        one("DNS-010", "critical"),
        one("CLU-001", "critical", "standard", ASKED),
        one("DRILL-001", "blocker", "disruptive", frozenset({"drills"})),
        one("DNS-010", "blocker"),
        one("", "", ""),
    ]
    assert choose(candidates, TIMES, 10000.0) == [5, 3, 2, 1, 0, 6, 4]


def test_equal_ones_keep_their_order() -> None:
    assert choose([one()] * 4, TIMES, 8.0) == [0, 1, 2]


def test_an_observation_is_paid_for_once_and_what_does_not_fit_leaves_its_room() -> None:
    asked = [one("CLU-001", "blocker", "standard", ASKED)] * 2
    candidates = [*asked, one(), one("PLAN-001", "minor", needs=frozenset())]
    assert choose(candidates, TIMES, 68.0) == [0, 1, 2]
    assert choose(candidates, TIMES, 66.0) == [0]
    assert choose(candidates, TIMES, 65.0) == [2, 3]
    assert choose(candidates, TIMES, 5.0) == [3]
    assert choose(candidates, TIMES, 0.5) == []
    assert cost(candidates[:3], TIMES) == 68.0


def test_of_former_runs_the_longest_observation_counts_and_the_largest_run() -> None:
    runs = [
        {"clusters": 1.0, "answers": 20.0, "total": 31.0},
        {"clusters": 2.0, "total": 4.0},
        {"answers": 8.0, "total": 9.0},
    ]
    found = learnt(runs, [100, 10, 1])
    assert found.observing["clusters"] == 2.0
    assert found.observing["answers"] == 20.0
    assert found.observing["wire"] == Expected().observing["wire"]
    assert found.each == pytest.approx(0.1)


def test_observations_that_overlapped_leave_nothing_for_the_tests() -> None:
    assert learnt([{"answers": 8.0, "wire": 7.0, "total": 9.0}], [10]).each == 0.0


def test_without_a_run_the_defaults_hold() -> None:
    assert learnt([], []) == Expected()
