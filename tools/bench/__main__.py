"""Measure trueline's hot paths beside their best peers, and write docs/performance.md.

python -m tools.bench [ROW ...] [--quick]     ROW: as on the page, all by default
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import perf_counter

from tools.bench import page, peers, record
from tools.bench.rows import ROWS, named
from tools.bench.timing import ROOT
from tools.bench.values import Effort, NotRun, Outcome, Row, Verdict, Wrong

MISSED = 1
NOT_ALL = 3
FULL = Effort()
QUICK = Effort(repeats=2, quick=True)


def main(arguments: list[str] | None = None) -> int:
    """Measure the rows; 1 when a target is missed or a result is wrong, 3 when one was not run."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [row.name for row in ROWS]
    parser.add_argument("row", nargs="*", choices=[[], *names], metavar="ROW", help=" ".join(names))
    parser.add_argument("--quick", action="store_true", help="few repeats; writes nothing")
    given = parser.parse_args(arguments)
    if lacking := peers.prepare():
        print(lacking, file=sys.stderr)
    done = measured(named(given.row), QUICK if given.quick else FULL, print)
    if not given.quick:
        publish(done, datetime.now(UTC).date().isoformat())
        print(f"page: {record.PAGE.relative_to(ROOT)}")
    return status([one.outcome.verdict for one in done])


def measured(
    rows: Sequence[Row], effort: Effort, say: Callable[[str], object]
) -> list[record.Measured]:
    """Every row, one after the other; one that cannot be had, or goes wrong, ends no other."""
    found = []
    for row in rows:
        began, load = perf_counter(), os.getloadavg()[0]
        outcome = attempt(row, effort)
        one = record.Measured(row=row, outcome=outcome, took=perf_counter() - began, load=load)
        told = record.plain(one, "")
        say(page.summary(told))
        for line in page.figures(told):
            say(f"          {line}")
        found.append(one)
    return found


def attempt(row: Row, effort: Effort) -> Outcome:
    """What came of a row."""
    try:
        return row.run(effort)
    except NotRun as error:
        return Outcome(why=str(error))
    except Wrong as error:
        return Outcome(broken=str(error))
    except Exception as error:  # noqa: BLE001  it would cost the other rows their figures
        return Outcome(broken=" ".join(f"{type(error).__name__}: {error}".split()))


def publish(done: Sequence[record.Measured], day: str) -> None:
    """Write the record and the page; rows that were not measured now keep their figures."""
    rows = [record.plain(one, day) for one in done]
    data = record.merged(record.load(), rows, ROWS)
    record.save(data)
    record.PAGE.write_text(page.page(data), encoding="utf-8")


def status(verdicts: Sequence[Verdict]) -> int:
    """The exit status."""
    if {Verdict.MISSED, Verdict.WRONG}.intersection(verdicts):
        return MISSED
    return NOT_ALL if Verdict.NOT_RUN in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
