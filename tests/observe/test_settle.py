from __future__ import annotations

from collections.abc import Callable

from tests.observe.clocks import FakeClock
from trueline.observe.settle import holds, settle


def true_at(clock: FakeClock, second: float) -> Callable[[], str]:
    return lambda: "good" if clock.elapsed() >= second else "bad"


def good(seen: str) -> bool:
    return seen == "good"


def test_settled_at_once_takes_one_look_and_no_time() -> None:
    clock = FakeClock()
    done = settle(lambda: "good", good, within=60, every=1, clock=clock)
    assert (done.last, done.after, done.in_time, done.looks, clock.waits) == (
        "good",
        0,
        True,
        1,
        [],
    )
    assert str(done) == "converged at 0 s, budget 60 s"


def test_settled_within_the_budget() -> None:
    clock = FakeClock()
    done = settle(true_at(clock, 4.5), good, within=60, every=1, clock=clock)
    assert (done.after, done.in_time, done.looks) == (5, True, 6)


def test_miss_is_watched_on_and_says_when_it_converged() -> None:
    clock = FakeClock()
    done = settle(true_at(clock, 73), good, within=60, every=1, clock=clock)
    assert (done.last, done.in_time) == ("good", False)
    assert str(done) == "converged at 73 s, budget 60 s"


def test_miss_that_never_converges_ends_after_half_the_budget_more() -> None:
    clock = FakeClock()
    done = settle(lambda: "bad", good, within=60, every=1, clock=clock)
    assert (done.last, done.after, done.in_time, done.watched) == ("bad", None, False, 90)
    assert str(done) == "not converged after 90 s, budget 60 s"


def test_budget_is_never_cut_short_by_the_interval() -> None:
    clock = FakeClock()
    done = settle(true_at(clock, 10), good, within=10, every=4, clock=clock)
    assert (clock.waits, done.in_time) == ([4, 4, 2], True)


def test_overtime_can_be_set_and_is_not_cut_short_either() -> None:
    clock = FakeClock()
    settle(lambda: "bad", good, within=10, every=4, clock=clock, overtime=0)
    assert clock.waits == [4, 4, 2]
    clock = FakeClock()
    settle(lambda: "bad", good, within=10, every=4, clock=clock, overtime=5)
    assert clock.waits == [4, 4, 2, 4, 1]


def test_time_spent_looking_counts() -> None:
    clock = FakeClock()

    def slow() -> str:
        clock.passed += 7
        return "bad"

    done = settle(slow, good, within=10, every=1, clock=clock, overtime=0)
    assert (done.looks, done.watched) == (2, 15)


def test_what_holds_is_watched_to_the_end() -> None:
    clock = FakeClock()
    done = holds(lambda: "good", good, during=5, every=2, clock=clock)
    assert (clock.waits, done.held, done.broke, done.looks) == ([2, 2, 1], True, None, 4)
    assert str(done) == "held for 5 s in 4 looks"


def test_what_breaks_ends_the_watch_and_is_kept() -> None:
    clock = FakeClock()
    seen = true_at(clock, 3)
    done = holds(seen, lambda value: value == "bad", during=60, every=2, clock=clock)
    assert (done.last, done.held, done.broke) == ("good", False, 4)
    assert str(done) == "broke at 4 s of 60 s"


def test_what_breaks_at_the_very_end_has_not_held() -> None:
    clock = FakeClock()
    done = holds(true_at(clock, 4), lambda value: value == "bad", during=4, every=2, clock=clock)
    assert (done.held, done.broke) == (False, 4)
