"""What earlier runs came to, for Allure: one line of JSON for each run of a plan.

The lines are Allure's own, with the run, its plan and its begin added. A run folder can be removed
at any time; its line stays, until newer runs of the same plan have pushed it out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from trueline.observe.whole import write_whole
from trueline.report.run import HISTORY, RunFolder

RUNS = 10  # of one plan: two working weeks; each makes the page of a whole run 0.7 MB longer
# What Allure shows of an earlier result; its labels alone would be two thirds of the page.
SHOWN = ("id", "name", "environment", "status", "message", "start", "stop", "duration", "url")

Point = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Night:
    """What places a run among others: its id, its plan, its begin (seconds since the epoch).

    `counts` where it is a whole run with facts of its own: neither a shard, nor judged again.
    """

    run: str
    plan: str
    began: float
    counts: bool


def night(folder: RunFolder) -> Night | None:
    """Where the run stands; None for a folder that does not say."""
    try:
        record = json.loads(folder.record.read_text(encoding="utf-8"))
        began = datetime.fromisoformat(record["began"]).timestamp()
        counts = record.get("facts_of") is None and not folder.shard.exists()
        return Night(folder.id, record["plan"], began, counts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read(path: Path) -> list[Point]:
    """The lines of a history; what is no such line is told and left out."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            point = json.loads(line)
            if isinstance(point["testResults"], dict) and float(point["began"]) >= 0:
                found.append(point)
                continue
        except (ValueError, KeyError, TypeError):
            pass
        print(f"{path}:{number}: no line of a history; it is left out", file=sys.stderr)
    return found


def newest(path: Path) -> Point:
    """The line that Allure has just added to a history."""
    found: Point = json.loads(path.read_text(encoding="utf-8").splitlines()[-1])
    return found


def before(points: Iterable[Point], this: Night) -> list[Point]:
    """Earlier runs of the same plan, the oldest first."""
    same = (one for one in points if one.get("plan") == this.plan and one.get("run") != this.run)
    return _ordered(one for one in same if one["began"] < this.began)


def added(points: Iterable[Point], made: Point, this: Night) -> list[Point]:
    """The history with a run, in the place of its earlier line; no more than RUNS of its plan."""
    others = [one for one in points if one.get("run") != this.run]
    point = {
        **made,
        "run": this.run,
        "plan": this.plan,
        "began": this.began,
        "timestamp": round(this.began * 1000),
        "testResults": {
            name: {key: result[key] for key in (*SHOWN, "historyId") if key in result}
            for name, result in made["testResults"].items()
        },
    }
    same = _ordered([*(one for one in others if one.get("plan") == this.plan), point])
    return _ordered([*(one for one in others if one.get("plan") != this.plan), *same[-RUNS:]])


def write(path: Path, points: Iterable[Point]) -> None:
    """Write a history, whole or not at all."""
    lines = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in points)
    write_whole(path, "".join(f"{line}\n" for line in lines))


def beside(folder: RunFolder) -> Path:
    """The history of the runs that a folder lies among."""
    return folder.path.parent / HISTORY


def _ordered(points: Iterable[Point]) -> list[Point]:
    return sorted(points, key=lambda one: float(one["began"]))
