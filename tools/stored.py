"""Runs that were stored: found by id or folder, and read back."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from trueline.compare.facts import Facts
from trueline.compare.verdicts import Past, standings
from trueline.observe import store
from trueline.report.journal import Entry, entries_of
from trueline.report.run import RunFolder

T = TypeVar("T")
REPORTS = Path(__file__).parents[1] / "reports"


class NoRun(Exception):
    """A folder holds no run that can be read; the text says what is missing."""


def parser(module: str, about: str | None) -> argparse.ArgumentParser:
    """The command line of a tool that reads stored runs, before it is told of which."""
    made = argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--reports", type=Path, default=REPORTS, help="default: reports/")
    return made


def folder(run: str, reports: Path) -> RunFolder:
    """The run of that id below `reports`, or in that folder. Raises NoRun."""
    found = RunFolder.named(run, reports)
    missing = [part.name for part in (found.record, found.plan, found.journal) if not part.exists()]
    if missing:
        raise NoRun(f"{found.path} holds no whole run: it has no {' and no '.join(missing)}")
    return found


def entries(run: RunFolder) -> tuple[Entry, ...]:
    """The claims of a run."""
    return entries_of(run.journal)


def facts(run: RunFolder) -> Facts:
    """What a run observed, as far as it observed. Raises store.DamagedStore."""
    return Facts(
        clusters=_part(run, store.CLUSTERS) or {},
        wire=_part(run, store.WIRE) or {},
        answers=_part(run, store.ANSWERS),
    )


def file_of(run: RunFolder) -> str:
    """How the file of the plan is called in the claims of a run."""
    return str(json.loads(run.record.read_text(encoding="utf-8"))["file"])


def past(run: RunFolder) -> Past:
    """How everything stood in a run."""
    record = json.loads(run.record.read_text(encoding="utf-8"))
    return Past(
        run=run.id,
        began=datetime.fromisoformat(record["began"]),
        standings=standings(entries(run)),
    )


def earlier(run: RunFolder, reports: Path) -> Iterator[Past]:
    """The runs below `reports` of the same plan that observed by themselves before this one."""
    mine = json.loads(run.record.read_text(encoding="utf-8"))
    for path in sorted(reports.iterdir()):
        other = RunFolder(path)
        if path.is_symlink() or not other.record.exists() or not other.journal.exists():
            continue
        record = json.loads(other.record.read_text(encoding="utf-8"))
        observed = record["facts_of"] is None
        if observed and record["plan"] == mine["plan"] and record["began"] < mine["began"]:
            yield past(other)


def _part(run: RunFolder, part: store.Part[T]) -> T | None:
    path = run.facts / f"{part.kind}.json"
    return part.load(path) if path.exists() else None
