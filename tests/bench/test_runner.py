from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tools.bench import __main__ as runner
from tools.bench import page, record
from tools.bench.rows import ROWS, named
from tools.bench.values import Effort, NotRun, Outcome, Point, Row, Target, Timing, Verdict, Wrong

EFFORT = Effort(repeats=1, quick=True)


def row(name: str, outcome: Outcome | Exception, argument: str = "") -> Row:
    def run(_: Effort) -> Outcome:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Row(name=name, path=f"path {name}", floor="the floor", run=run, argument=argument)


GOOD = Outcome(
    checked=("both found 40 hosts",),
    targets=(Target(what="trueline / peer", limit=2.0, measured=1.25),),
    timings=(Timing(what="trueline", seconds=(0.25, 0.5, 0.375)),),
    points=(Point(size=10, seconds=0.001), Point(size=1_000, seconds=0.1, megabytes=3.0)),
    notes=("A note.",),
)
SLOW = Outcome(
    targets=(
        Target(what="op", limit=25.0, measured=130.0, unit="ms"),
        Target(what="faster", limit=7.0, measured=None, at_most=False, why="peer is not here"),
    )
)


def test_every_row_of_the_study_is_there_in_its_order() -> None:
    assert [one.name for one in ROWS if one.name.isdigit()] == [str(n) for n in range(1, 17)]
    assert [one.name for one in ROWS if not one.name.isdigit()] == [
        "lab-compact",
        "lab-full",
        "addresses",
        "clusters",
        "objects",
        "tests",
    ]


def test_rows_are_found_by_name() -> None:
    assert [one.name for one in named(["15", "9"])] == ["15", "9"]
    assert named([]) == ROWS


@pytest.mark.parametrize(
    ("outcome", "verdict", "why", "broken"),
    [
        (NotRun("needs root"), Verdict.NOT_RUN, "needs root", ""),
        (Wrong("39 of 40"), Verdict.WRONG, "", "39 of 40"),
        (OSError(2, "gone\naway"), Verdict.WRONG, "", "FileNotFoundError: [Errno 2] gone away"),
    ],
)
def test_a_row_that_ends_badly_says_why(
    outcome: Exception, verdict: Verdict, why: str, broken: str
) -> None:
    found = runner.attempt(row("1", outcome), EFFORT)
    assert (found.verdict, found.why, found.broken) == (verdict, why, broken)


def test_a_row_that_goes_wrong_ends_no_other() -> None:
    said: list[str] = []
    rows = [row("1", Wrong("39 of 40")), row("2", SLOW), row("3", GOOD)]
    done = runner.measured(rows, EFFORT, said.append)
    assert [one.outcome.verdict.value for one in done] == ["wrong result", "missed", "met"]
    assert said == [
        "       1  wrong result  path 1: 39 of 40",
        "       2  missed        path 2",
        "          op: 130 ms (target at most 25 ms): missed",
        "          faster: not run: peer is not here (target at least 7x): not run",
        "       3  met           path 3",
        "          trueline / peer: 1.25x (target at most 2x): met",
    ]


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ([Verdict.MET], 0),
        ([Verdict.MET, Verdict.NOT_RUN], 3),
        ([Verdict.NOT_RUN, Verdict.MISSED], 1),
        ([Verdict.WRONG, Verdict.MET], 1),
    ],
)
def test_the_status_says_whether_all_is_met(verdicts: list[Verdict], status: int) -> None:
    assert runner.status(verdicts) == status


def test_a_row_of_no_name_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        runner.main(["17"])
    assert "invalid choice: '17'" in capsys.readouterr().err


PAGE = """\
| # | hot path | figure | measured | target | verdict |
|---|---|---|---|---|---|
| 1 | path 1 | trueline / peer | 1.25x | at most 2x | met |
| 2 | path 2 | op | 130 ms | at most 25 ms | **missed** |
| | | faster | not run: peer is not here | at least 7x | **not run** |
| 3 | path 3 | | | | **not run**: needs root |

## 1. path 1

Floor: the floor. Checked first: both found 40 hosts. Measured on 2026-01-31 in 2 s, load 0.5.

| | median | spread | repeats |
|---|---|---|---|
| trueline | 375.0 ms | 67% | 3 |

| size | time | memory |
|---|---|---|
| 10 | 1.0 ms | |
| 1,000 | 100.0 ms | 3 MB |

Exponent of growth: 1.00.

A note.

## 2. path 2

Floor: the floor. Measured on 2026-01-31 in 2 s, load 0.5.

*Why missed:* It waits.

## 3. path 3

Floor: the floor. Measured on 2026-01-31 in 2 s, load 0.5.

## Growth

### path tests

- trueline / peer: 1.25x (target at most 2x): met

| size | time | memory |
|---|---|---|
| 10 | 1.0 ms | |
| 1,000 | 100.0 ms | 3 MB |

Exponent of growth: 1.00.

A note.

"""


def test_the_page_says_what_was_measured_and_what_was_not() -> None:
    rows = [
        row("1", GOOD),
        row("2", SLOW, argument="It waits."),
        row("3", NotRun("needs root")),
        replace(row("tests", GOOD), growth=True),
    ]
    plain = [
        record.plain(
            record.Measured(row=one, outcome=runner.attempt(one, EFFORT), took=2.0, load=0.5),
            "2026-01-31",
        )
        for one in rows
    ]
    text = page.page({"machine": record.machine(), "rows": plain})
    assert text.startswith(page.HEAD)
    assert text[text.index("| # |") :] == PAGE


def test_a_row_that_was_not_measured_now_keeps_its_figures(tmp_path: Path) -> None:
    path = tmp_path / "performance.json"
    assert record.load(path) == {}
    record.save({"rows": [{"row": "2", "day": "before"}, {"row": "9", "day": "before"}]}, path)
    new = [{"row": "1", "day": "now"}, {"row": "9", "day": "now"}]
    rows = [row(name, GOOD) for name in ("1", "2", "5", "9")]
    found = record.merged(record.load(path), new, rows)
    assert [(one["row"], one["day"]) for one in found["rows"]] == [
        ("1", "now"),
        ("2", "before"),
        ("5", ""),
        ("9", "now"),
    ]
    assert found["rows"][2]["verdict"] == "not run"
    assert found["rows"][2]["why"] == "never measured since its benchmark was written"


def test_the_page_that_is_kept_is_that_of_its_record() -> None:
    data = json.loads(record.DATA.read_text(encoding="utf-8"))
    assert record.PAGE.read_text(encoding="utf-8") == page.page(data)
