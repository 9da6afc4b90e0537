"""What is said of how far something has come: measured, or nothing."""

from __future__ import annotations

import pytest

from trueline.report.progress import Seen, left, line, minute, span


def seen(seconds: float, done: int = 0, total: int = 0, former: float | None = None) -> Seen:
    return Seen(what="answers", seconds=seconds, done=done, total=total, former=former)


@pytest.mark.parametrize(
    ("one", "rest"),
    [
        (seen(8.0, 512, 896), 6.0),
        (seen(8.0, 512, 896, former=100.0), 6.0),  # the pace of this run counts more
        (seen(0.5, 512, 896), None),  # too early
        (seen(0.5, 512, 896, former=4.0), 3.5),
        (seen(8.0, 0, 896), None),  # no basis
        (seen(8.0, 0, 896, former=13.0), 5.0),
        (seen(14.0, 0, 896, former=13.0), None),  # longer than ever
        (seen(8.0), None),
        (seen(8.0, 896, 896), 0.0),
    ],
)
def test_what_is_left_is_measured_or_not_said(one: Seen, rest: float | None) -> None:
    assert left(one) == rest


def test_a_line_says_how_far_it_has_come() -> None:
    assert line(seen(8.0, 512, 896)) == "observing answers: 512 of 896, 6 s left"
    assert line(seen(8.0, 0, 896)) == "observing answers: 0 of 896, 8 s so far"
    assert line(seen(1.0, former=3.2)) == "observing answers, 2 s left"
    assert line(seen(1.0)) == "observing answers, 1 s so far"


def test_a_log_gets_a_line_a_minute() -> None:
    assert minute(60.2, 12, 848, []) == "after 1 min: 12 of 848 tests"
    assert minute(125.0, 0, 0, [seen(8.0, 1, 2)]) == (
        "after 2 min 5 s: no test yet; observing answers: 1 of 2, 8 s left"
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (59.4, "59 s"), (60.0, "1 min"), (3599.0, "59 min 59 s"), (3780.0, "1 h 3 min")],
)
def test_times_are_read_at_a_glance(seconds: float, text: str) -> None:
    assert span(seconds) == text
    assert span(7200) == "2 h"
