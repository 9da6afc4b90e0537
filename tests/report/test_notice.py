"""Messages of news: what a person and a program read, and what no name in it can do."""

from __future__ import annotations

import json
from datetime import timedelta

from tests.report.runs import cause, ended, told
from trueline.compare.news import Kind, News
from trueline.compare.verdicts import Age
from trueline.report import notice
from trueline.report.notice import Notice

LINE = "LB-003 control/vault is fail"
AGE = Age(first="r1", runs=3, lasted=timedelta(days=2), known=True)
FRESH = Age(first="r2", runs=1, lasted=timedelta(0), known=True)


def one(kind: Kind, line: str = LINE, age: Age | None = None, subject: str = "x") -> News:
    return News(kind=kind, requirement="LB-003", subject=subject, line=line, age=age)


def told_of(*news: News, against: str | None = "r1") -> Notice:
    run = ended(
        told("LB-003", "control/vault", "fail"),
        told("LB-004", "control", "unknown"),
        told("LB-001", "plan", "pass"),
        causes=(cause("LB-003", "control/vault"),),
    )
    return Notice(run=run, against=against, news=news)


def test_the_message_for_people() -> None:
    found = told_of(
        one(Kind.CAUSE, age=FRESH),
        one(Kind.FAILS, age=FRESH),
        one(Kind.FAILS, "LB-004 y is fail", AGE, "y"),
        one(Kind.REPAIRED, "LB-001 z is pass", AGE, "z"),
    )
    assert notice.text(found).splitlines() == [
        "trueline, small: new root causes 1, new failures 2, repaired 1 in run r2 since run r1",
        "now: 1 fail, 1 unknown, of 3 claims",
        "new root causes: 1",
        f"- {LINE} [fails for the first time]",
        "new failures: 2",
        "- LB-004 y is fail [since r1, 3 runs, 2.0 days]",
        "repaired: 1",
        "- LB-001 z is pass [had failed since r1, 3 runs, 2.0 days]",
    ]


def test_nothing_judged_is_not_well() -> None:
    run = ended(not_run=("t::a",), broken=("t::b", "t::c"))
    news = (one(Kind.RUN, "stopped early: interrupted"),)
    assert notice.text(Notice(run=run, against="r1", news=news)).splitlines()[1] == (
        "now: nothing bad among 0 claims; 2 tests broken or with nothing to judge; 1 test not run"
    )
    well = ended(told("LB-001", "plan", "pass"))
    assert notice.text(Notice(run=well, against="r1", news=news)).splitlines()[1] == (
        "now: all well, of 1 claim"
    )


def test_a_failure_that_is_its_own_cause_is_told_once() -> None:
    assert notice.text(told_of(one(Kind.CAUSE), one(Kind.FAILS), against=None)).splitlines() == [
        "trueline, small: new root causes 1, new failures 1 in run r2 (no earlier run to compare)",
        "now: 1 fail, 1 unknown, of 3 claims",
        "new root causes: 1",
        f"- {LINE}",
    ]


def test_many_news_are_counted() -> None:
    many = [one(Kind.UNKNOWN, f"line {number}") for number in range(30)]
    lines = notice.text(told_of(*many)).splitlines()
    assert lines[2] == "newly unknown: 30"
    assert lines[-2:] == ["- line 7", "  and 22 more"]


def test_no_name_is_a_mention_a_link_or_a_terminal_escape() -> None:
    line = "<!channel> <https://a.test|b> & \x1b[31mred\u202e\nnext"
    body = json.loads(notice.slack(told_of(one(Kind.FAILS, line))))
    assert body["mrkdwn"] is False
    assert body["text"].splitlines()[-1] == (
        "- &lt;!channel&gt; &lt;https://a.test|b&gt; &amp; \\x1b[31mred\\u202e\\nnext"
    )


def test_the_body_for_programs() -> None:
    found = told_of(one(Kind.FAILS, age=AGE), one(Kind.RUN, "stopped early: interrupted"))
    assert json.loads(notice.as_json(found)) == {
        "schema": 1,
        "kind": "trueline changes",
        "plan": "small",
        "run": "r2",
        "began": "2027-03-14T02:17:00+00:00",
        "against": "r1",
        "now": {"fail": 1, "unknown": 1, "exempted": 0, "advisory": 0},
        "counts": {"fails": 1, "run": 1},
        "news": [
            {
                "kind": "fails", "requirement": "LB-003", "subject": "x", "line": LINE,
                "failing_since": "r1", "failing_runs": 3, "failing_hours": 48.0,
            },
            {
                "kind": "run", "requirement": "LB-003", "subject": "x",
                "line": "stopped early: interrupted",
                "failing_since": None, "failing_runs": None, "failing_hours": None,
            },
        ],
    }  # fmt: skip


def test_a_body_has_its_bound_whatever_the_lines_are() -> None:
    endless = [
        one(kind, "\u2713" * 10_000, subject="\u2713" * 10_000)
        for kind in Kind
        for _ in range(1000)
    ]
    for body in (notice.slack(told_of(*endless)), notice.as_json(told_of(*endless))):
        assert len(body) <= notice.MOST_BYTES
    assert json.loads(notice.as_json(told_of(*endless)))["counts"]["fails"] == 1000


def test_a_line_is_clipped() -> None:
    lines = notice.text(told_of(one(Kind.FAILS, "x" * 1000))).splitlines()
    assert lines[-1] == f"- {'x' * (notice.LINE - 3)}..."
