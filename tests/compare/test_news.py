"""What is news in a run, and what nobody has to be told again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.report.runs import BEGAN, cause, ended, told
from trueline.compare.news import Kind, News, news
from trueline.compare.verdicts import Past, standings
from trueline.report.closed import Closed

SUBJECT = "control/vault"


def night(number: int, standing: str | None, **values: Any) -> Closed:
    claims = [told("LB-003", SUBJECT, standing)] if standing else []
    values.setdefault("began", BEGAN + timedelta(days=number))
    return ended(*claims, told("LB-001", "plan", "pass"), run=f"r{number}", **values)


def past(run: Closed) -> Past:
    return Past(run=run.run, began=run.began, standings=standings(run.entries))


def between(*nights: Closed) -> tuple[News, ...]:
    """The news of the last night."""
    *before, last = nights
    earlier = [past(one) for one in before]
    return news(before[-1] if before else None, last, present=past(last), earlier=earlier)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("pass", "fail", Kind.FAILS),
        ("unknown", "fail", Kind.FAILS),
        ("exempted", "fail", Kind.FAILS),
        (None, "fail", Kind.FAILS),
        ("pass", "unknown", Kind.UNKNOWN),
        ("fail", "unknown", Kind.UNKNOWN),
        ("fail", "pass", Kind.REPAIRED),
        ("exempted", "pass", Kind.REPAIRED),
        ("unknown", "pass", Kind.KNOWN),
        ("fail", "exempted", Kind.EXCEPTED),
        ("unknown", "advisory", Kind.EXCEPTED),
        ("fail", None, Kind.UNJUDGED),
        ("unknown", "not applicable", Kind.UNJUDGED),
        ("pass", "pass", None),
        ("fail", "fail", None),
        ("unknown", "unknown", None),
        ("pass", "advisory", None),
        ("pass", None, None),
        (None, "pass", None),
        ("not applicable", "pass", None),
    ],
)
def test_every_change_has_its_sort(
    before: str | None, after: str | None, kind: Kind | None
) -> None:
    found = between(night(1, before), night(2, after))
    assert [one.kind for one in found] == ([kind] if kind else [])


def test_without_a_run_before_all_that_is_bad_is_news() -> None:
    (found,) = between(night(1, "fail"))
    assert (found.kind, found.line) == (Kind.FAILS, f"LB-003 {SUBJECT} is fail")
    assert found.age is not None
    assert (found.age.first, found.age.runs, found.age.known) == ("r1", 1, False)
    assert between(night(1, "pass")) == ()


def test_a_failure_that_was_unknown_in_between_has_its_whole_age() -> None:
    (found,) = between(night(1, "pass"), night(2, "fail"), night(3, "unknown"), night(4, "fail"))
    assert str(found.age) == "r2, 2 runs, 2.0 days"


def test_what_is_repaired_is_told_with_how_long_it_had_failed() -> None:
    (found,) = between(night(1, "pass"), night(2, "fail"), night(3, "fail"), night(4, "pass"))
    assert str(found.age) == "r2, 2 runs, 24.0 hours"
    (first,) = between(night(1, "exempted"), night(2, "pass"))
    assert first.age is None


def test_a_new_root_cause_comes_first_and_an_old_one_is_no_news() -> None:
    known = cause("LB-003", SUBJECT)
    first = night(2, "fail", causes=(known,))
    assert [one.kind for one in between(night(1, "pass"), first)] == [Kind.CAUSE, Kind.FAILS]
    assert between(first, night(3, "fail", causes=(known,))) == ()
    other = cause("L2-001", "lan")
    (found,) = between(first, night(3, "fail", causes=(other,)))
    assert (found.kind, found.requirement, found.age) == (Kind.CAUSE, "L2-001", None)


def test_a_run_that_ended_early_or_broke_is_news_once() -> None:
    calm = night(1, "pass")
    found = between(calm, night(2, "pass", stopped="interrupted", not_run=("t::b", "t::a")))
    assert [one.line for one in found] == [
        "stopped early: interrupted",
        "not run: t::a and 1 more",
    ]
    broke = night(2, "pass", broken=("t::a",))
    assert [one.line for one in between(calm, broke)] == ["broken or nothing to judge: t::a"]
    assert between(broke, night(3, "pass", broken=("t::a",))) == ()
    blind = night(2, "pass", gaps=("no route: 3 tests in doubt.",))
    assert [one.line for one in between(calm, blind)] == ["no route: 3 tests in doubt."]
    assert between(blind, night(3, "pass", gaps=blind.gaps)) == ()
