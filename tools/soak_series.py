"""Runs on the healthy lab, one after the other: each is told and written down as it ends."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from tools import lab_run
from tools.lab.faults import registry
from tools.lab.lab import Lab
from tools.soak_growth import Size

TOLD = 5  # alarms of one run


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """What one of many runs came to; `alarms` are the lines of all that failed or was not told."""

    number: int
    seconds: float
    claims: int
    alarms: tuple[str, ...]
    size: Size


C = TypeVar("C", bound=Once)


def as_json(seen: Sequence[Once]) -> str:
    """What runs came to, as it is written down."""
    return json.dumps([asdict(one) for one in seen], indent=1) + "\n"


def series(
    what: str,
    times: int,
    once: Callable[[Lab, int, Path], C],
    tail: Callable[[C], str],
    *,
    reports: Path,
) -> list[C]:
    """Let something come `times` times, counted from 1, on the lab, which is brought up if need be.

    `once` is given the folder `reports`, which is emptied first; what came is written to the JSON
    file of its name as it goes, so an interruption keeps what was seen. `tail` ends its line.
    """
    lab = lab_run.up()
    registry.clear_left(lab)
    shutil.rmtree(reports, ignore_errors=True)
    seen: list[C] = []
    try:
        for number in range(1, times + 1):
            came = once(lab, number, reports)
            seen.append(came)
            record(reports).write_text(as_json(seen), encoding="utf-8")
            verdict = "clean" if not came.alarms else f"{len(came.alarms)} alarms"
            line = f"{what} {number} of {times}: {verdict}, {came.claims} claims in {tail(came)}"
            print(line, flush=True)
            for alarm in came.alarms[:TOLD]:
                print(f"    {alarm}", flush=True)
    except KeyboardInterrupt:
        print("interrupted")
    return seen


def status(
    what: str, seen: Sequence[Once], times: int, grown: Sequence[str], *, reports: Path
) -> int:
    """Say what a series came to; 0 when it was whole and clean and nothing grew, 1 otherwise."""
    bad = [one for one in seen if one.alarms]
    where = record(reports).relative_to(lab_run.ROOT)
    print(f"{len(seen)} {what}s, {len(bad)} with alarms; {where} has each")
    print("\n".join(grown or ["nothing grew"]))
    return 1 if bad or grown or len(seen) < times else 0


def record(reports: Path) -> Path:
    """Where what came of the runs below a folder is written down."""
    return reports.with_suffix(".json")
