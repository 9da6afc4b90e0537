from __future__ import annotations

import pytest

from tools.bench.values import Outcome, Target, Timing, Verdict, missing, ratio


def target(measured: float | None, limit: float = 2.0, *, at_most: bool = True) -> Target:
    return Target(what="a / b", limit=limit, measured=measured, at_most=at_most)


@pytest.mark.parametrize(
    ("measured", "at_most", "verdict"),
    [
        (2.0, True, Verdict.MET),
        (2.1, True, Verdict.MISSED),
        (2.0, False, Verdict.MET),
        (1.9, False, Verdict.MISSED),
        (None, True, Verdict.NOT_RUN),
    ],
)
def test_a_target_is_met_at_its_limit(
    measured: float | None, at_most: bool, verdict: Verdict
) -> None:
    assert target(measured, at_most=at_most).verdict is verdict


MET, MISSED, NOT_RUN = target(1.0), target(3.0), missing("a / b", 2.0, "b is not here")


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome(targets=(MET, MET)), Verdict.MET),
        (Outcome(targets=(MET, NOT_RUN)), Verdict.NOT_RUN),
        (Outcome(targets=(NOT_RUN, MISSED, MET)), Verdict.MISSED),
        (Outcome(why="needs root"), Verdict.NOT_RUN),
        (Outcome(), Verdict.NOT_RUN),
        (Outcome(targets=(MET,), broken="39 of 40 hosts"), Verdict.WRONG),
    ],
)
def test_a_row_is_as_its_worst_target_and_nothing_measured_is_not_met(
    outcome: Outcome, verdict: Verdict
) -> None:
    assert outcome.verdict is verdict


def test_a_timing_is_its_median_and_its_spread() -> None:
    one = Timing(what="a", seconds=(0.5, 0.25, 0.375))
    assert (one.median, one.spread) == (0.375, 0.25 / 0.375)


def test_a_ratio_is_of_medians() -> None:
    assert ratio(Timing(what="a", seconds=(1, 9, 3)), Timing(what="b", seconds=(2, 2, 8))) == 1.5
