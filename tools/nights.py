"""Fifty nights on the healthy lab, one after the other: what a nightly job does must not grow.

python -m tools.nights [--nights N]     N: 50 by default, about half an hour

Each night runs all suites, then makes the report, writes the metrics, asks what changed and states
what is proven, as the templates of docs/ci.md do; the runs of all nights stay, as they do there.
The lab is brought up if it is not. What every night came to is written to reports/nights.json as
it goes; fifty nights or more are published in docs/nights.md.
Exit status: 0 when every night was green, no change was told of and nothing grew, 1 otherwise.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from tools import soak
from tools.lab.lab import Lab
from tools.lab_run import ROOT, run_suites
from tools.nights_page import Night, grown_after, publish
from tools.soak_growth import size
from tools.soak_series import series, status

REPORTS = ROOT / "reports" / "nights"
PUBLISHED = 50
_LONGEST = 120.0  # seconds of one tool
_SILENT = ("notify",)  # what says nothing when nothing changed
# A night carries out no drill, so its statement is "not proven"; what else is not, is an alarm.
_GOOD = {"statement": (0, 6)}


def steps(run: str, reports: Path) -> dict[str, tuple[str, ...]]:
    """What follows a run every night, by the name of the tool: its words."""
    common = (run, f"--reports={reports}")
    return {
        "report": common,
        "metrics": (*common, f"--output={reports / 'trueline.prom'}"),
        "notify": (*common, "--stdout"),
        "statement": common,
    }


def followed(run: str, reports: Path) -> Iterator[str]:
    """Carry out what follows a run; what did not go as in a night without a change."""
    for tool, words in steps(run, reports).items():
        try:
            done = subprocess.run(
                [sys.executable, "-m", f"tools.{tool}", *words],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired:
            yield f"tools.{tool} did not end within {_LONGEST:g} s"
            continue
        said = f"{done.stdout}{done.stderr}".strip()
        if done.returncode not in _GOOD.get(tool, (0,)):
            yield f"tools.{tool} ended with {done.returncode}: {said}"
        elif said and tool in _SILENT:
            yield f"tools.{tool} told of a change: {said}"


def night(lab: Lab, number: int, reports: Path) -> Night:
    """One night, and what it came to."""
    run = f"night-{number}"
    began = perf_counter()
    run_suites(lab, reports, "suites/", "-q", "-n", "auto", f"--run={run}")
    ran = perf_counter()
    claims, alarms = soak.read(reports / run / "summary.json")
    told = tuple(followed(run, reports))
    return Night(
        number=number,
        seconds=round(ran - began, 1),
        after=round(perf_counter() - ran, 1),
        claims=claims,
        alarms=(*alarms, *told),
        size=size(lab, reports / run),
    )


def main(arguments: list[str] | None = None) -> int:
    """Let the nights pass, and say of each what it came to."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.nights",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--nights", type=int, default=PUBLISHED, metavar="N", help="default: 50")
    given = parser.parse_args(arguments)
    seen = series(
        "night",
        given.nights,
        night,
        lambda came: f"{came.seconds} s, and {came.after} s",
        reports=REPORTS,
    )
    if len(seen) >= PUBLISHED:
        publish(seen)
    return status("night", seen, given.nights, grown_after(seen), reports=REPORTS)


if __name__ == "__main__":
    sys.exit(main())
