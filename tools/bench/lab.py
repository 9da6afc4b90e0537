"""Rows of the lab: all suites, and the quick tier, as a user runs them on two live clusters."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import perf_counter

from tools import soak
from tools.bench.network import needs_root
from tools.bench.timing import ROOT, by_turns
from tools.bench.values import Effort, NotRun, Outcome, Target, Wrong
from tools.lab.errors import LabError
from tools.lab.lab import Lab
from tools.lab_run import run_suites

QUICK = 10.0  # seconds
_PATIENCE = 600.0  # seconds, for the lab to come up


def whole(profile: str, limit: float, effort: Effort) -> Outcome:
    """All suites on the lab of a profile within `limit` seconds, and the quick tier."""
    needs_root()
    claims: dict[str, set[int]] = {"all suites": set(), "quick tier": set()}

    def ran(lab: Lab, what: str, *words: str) -> float:
        with tempfile.TemporaryDirectory() as folder:
            began = perf_counter()
            done = run_suites(lab, Path(folder), "suites/", "-q", "-n", "auto", *words)
            seconds = perf_counter() - began
            count, alarms = soak.read(done.folder / "summary.json")
        if alarms or done.code:
            raise Wrong(f"{what} ended with {done.code}: {'; '.join(alarms[:3])}")
        claims[what].add(count)
        return seconds

    with _up(profile) as lab:
        sides: dict[str, Callable[[], float]] = {
            "all suites": partial(ran, lab, "all suites"),
            "quick tier": partial(ran, lab, "quick tier", "-m", "quick"),
        }
        taken = by_turns(sides, effort.fewer(3))
    if any(len(counts) != 1 for counts in claims.values()):
        raise Wrong(f"not every run judged the same number of claims: {claims}")
    return Outcome(
        checked=tuple(
            f"{what}: {count:,} claims, each of them as planned"
            for what, (count,) in claims.items()
        ),
        targets=(
            _within("pytest suites/ -n auto", limit, taken["all suites"].median),
            _within("the same with -m quick", QUICK, taken["quick tier"].median),
        ),
        timings=tuple(taken.values()),
    )


def _within(what: str, limit: float, seconds: float) -> Target:
    return Target(what=what, limit=limit, measured=seconds, unit="s")


@contextmanager
def _up(profile: str) -> Iterator[Lab]:
    """The lab of a profile; one that was not up before is taken down. Raises NotRun."""
    before = _there()
    try:
        _lab("up", "--profile", profile)
        yield Lab.load()
    finally:
        if not before:
            _lab("down")


def _there() -> bool:
    try:
        Lab.load()
    except LabError:
        return False
    return True


def _lab(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.lab", *words],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_PATIENCE,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotRun(" ".join(done.stderr.split()))
