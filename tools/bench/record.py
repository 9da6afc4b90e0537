"""A run of the benchmarks as JSON: what the page is made of, kept beside it."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from tools.bench.timing import ROOT, exponent
from tools.bench.values import Outcome, Row

PAGE = ROOT / "docs" / "performance.md"
DATA = ROOT / "docs" / "performance.json"
LIBRARIES = ("pytest", "pytest-xdist", "scapy", "dnspython", "kubernetes", "allure-pytest")

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One row with what came of it, and how many seconds that took."""

    row: Row
    outcome: Outcome
    took: float
    load: float


def machine() -> Json:
    """What the figures depend on, without a name of the machine."""
    return {
        "cpus": os.cpu_count(),
        "system": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def plain(one: Measured, day: str) -> Json:
    """A row as JSON."""
    outcome = one.outcome
    return {
        "row": one.row.name,
        "growth_only": one.row.growth,
        "path": one.row.path,
        "floor": one.row.floor,
        "verdict": outcome.verdict.value,
        "why": outcome.why or outcome.broken,
        "day": day,
        "took": round(one.took, 1),
        "load": round(one.load, 2),
        "checked": list(outcome.checked),
        "targets": [
            {
                **asdict(target),
                "measured": _rounded(target.measured),
                "verdict": target.verdict.value,
            }
            for target in outcome.targets
        ],
        "timings": [
            {
                "what": timing.what,
                "median": _rounded(timing.median),
                "spread": round(timing.spread, 3),
                "seconds": [_rounded(each) for each in timing.seconds],
            }
            for timing in outcome.timings
        ],
        "growth": [
            {
                "size": point.size,
                "seconds": _rounded(point.seconds),
                "megabytes": _rounded(point.megabytes),
            }
            for point in outcome.points
        ],
        "exponent": round(exponent(outcome.points), 3) if len(outcome.points) > 1 else None,
        "notes": list(outcome.notes),
        "argument": one.row.argument,
    }


def merged(earlier: Json, rows: list[Json], order: Sequence[Row]) -> Json:
    """The record with these rows in the place of earlier ones, in the order of the page.

    A row that was never measured says so.
    """
    never = Outcome(why="never measured since its benchmark was written")
    known = {row.name: plain(Measured(row=row, outcome=never, took=0, load=0), "") for row in order}
    for row in (*earlier.get("rows", ()), *rows):
        known[row["row"]] = row
    return {"machine": machine(), "rows": [known[row.name] for row in order]}


def load(path: Path = DATA) -> Json:
    """The record of earlier runs; an empty one where there is none."""
    found: Json = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def save(data: Json, path: Path = DATA) -> None:
    """Write the record."""
    path.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")


def _rounded(number: float | None) -> float | None:
    """Four digits that count: what is beyond is noise."""
    return None if number is None else float(f"{number:.4g}")
