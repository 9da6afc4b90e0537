"""Runs that were stored: found by id or folder, and read back."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import from_json

from trueline.compare.facts import Facts
from trueline.compare.verdicts import Past, standings
from trueline.installed import reports
from trueline.intent.load import read
from trueline.model.printable import printable
from trueline.model.topology import Topology
from trueline.observe import store
from trueline.report.journal import Entry, entries_of
from trueline.report.run import RunFolder

T = TypeVar("T")


class NoRun(Exception):
    """A folder holds no run that can be read; the text says what is missing."""

    def __init__(self, text: str) -> None:
        super().__init__("\n".join(map(printable, text.split("\n"))))


def parser(command: str, about: str | None) -> argparse.ArgumentParser:
    """The command line of a tool that reads stored runs, before it is told of which."""
    made = argparse.ArgumentParser(
        prog=command,
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--reports", type=Path, default=reports(), help="default: reports/")
    return made


def folder(run: str, reports: Path) -> RunFolder:
    """The run of that id below `reports`, or in that folder. Raises NoRun."""
    found = RunFolder.named(run, reports)
    missing = [part.name for part in (found.record, found.plan, found.journal) if not part.exists()]
    if missing:
        raise NoRun(f"{found.path} holds no whole run: it has no {' and no '.join(missing)}")
    _record(found)
    return found


def plan(run: RunFolder) -> Topology:
    """The plan of a run, as it was read then. Raises InvalidTopology."""
    return read(run.plan.read_bytes(), file_of(run))


def entries(run: RunFolder) -> tuple[Entry, ...]:
    """The claims of a run. Raises NoRun."""
    try:
        return entries_of(run.journal)
    except (TypeError, ValueError, OSError) as error:
        raise _damaged(run, run.journal.name) from error


def facts(run: RunFolder) -> Facts:
    """What a run observed, as far as it observed. Raises store.DamagedStore."""
    return Facts(
        clusters=_part(run, store.CLUSTERS) or {},
        wire=_part(run, store.WIRE) or {},
        answers=_part(run, store.ANSWERS),
    )


def file_of(run: RunFolder) -> str:
    """How the file of the plan is called in the claims of a run."""
    return str(_record(run)["file"])


def day_of(run: RunFolder) -> date:
    """The day by which a run judged exceptions and certificates. Raises NoRun."""
    return date.fromisoformat(_record(run, "day")["day"])


def began(run: RunFolder) -> datetime:
    """When a run began. Raises NoRun."""
    return datetime.fromisoformat(_record(run)["began"])


def past(run: RunFolder) -> Past:
    """How everything stood in a run. Raises NoRun."""
    return Past(
        run=run.id,
        began=began(run),
        standings=standings(entries(run)),
    )


def earlier(run: RunFolder, reports: Path) -> Iterator[Past]:
    """The runs below `reports` of the same plan that observed by themselves before this one."""
    mine = _record(run)
    for path in sorted(reports.iterdir()):
        other = RunFolder(path)
        if path.is_symlink() or not other.record.exists() or not other.journal.exists():
            continue
        try:
            record = _record(other)
            observed = record["facts_of"] is None
            if observed and record["plan"] == mine["plan"] and record["began"] < mine["began"]:
                yield past(other)
        except NoRun:
            continue  # it is not the run that was asked for


def _record(run: RunFolder, *also: str) -> dict[str, Any]:
    """What a run wrote down of itself. Raises NoRun, without `also` too."""
    try:
        record = from_json(run.record.read_text(encoding="utf-8"))
        if datetime.fromisoformat(record["began"]).tzinfo is None:
            raise ValueError("it does not say when it began")
        if not isinstance(record["plan"], str) or not isinstance(record["file"], str):
            raise ValueError("it does not say of which plan it is")
        for name in also:
            datetime.fromisoformat(record[name])
        return {name: record[name] for name in ("began", "plan", "file", "facts_of", *also)}
    except (TypeError, ValueError, KeyError, OSError) as error:
        raise _damaged(run, run.record.name) from error


def _damaged(run: RunFolder, part: str) -> NoRun:
    return NoRun(f"{run.path} holds no whole run: its {part} is damaged")


def _part(run: RunFolder, part: store.Part[T]) -> T | None:
    path = run.facts / f"{part.kind}.json"
    return part.load(path) if path.exists() else None
