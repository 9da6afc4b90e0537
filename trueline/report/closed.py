"""A run that came to its end, read back whole: its record, its summary and its claims."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import from_json

from trueline.report import summary
from trueline.report.journal import Entry, entries_of
from trueline.report.run import RunFolder


class NotClosed(Exception):
    """A folder holds no run that can be told of; the text says which, why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One root cause: the requirement and subject it is about, its line, how many reds follow."""

    requirement: str
    subject: str
    line: str
    reds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """One run. `seconds` is the wall time; `plan` the name of the plan, `file` that of its file.

    `facts_of` names the stored run that was judged again, None where this one observed.
    `narrowed_by` are the options and targets that left tests out; it, `drills`, `release`, `commit`
    and `requirements_sha256` are None for runs that did not write them down. `tests` has the
    outcome of each test, `deviations` the line of every bad claim by how it stands, `gaps` a line
    for each reason for which tests had nothing to judge.
    """

    run: str
    began: datetime
    day: date
    plan: str
    file: str
    facts_of: str | None
    narrowed_by: tuple[str, ...] | None
    drills: bool | None
    release: str | None
    commit: str | None
    requirements_sha256: str | None
    topology_sha256: str
    seconds: float
    stopped: str | None
    tests: Mapping[str, str]
    not_run: tuple[str, ...]
    broken: tuple[str, ...]
    deviations: Mapping[str, tuple[str, ...]]
    gaps: tuple[str, ...]
    causes: tuple[Cause, ...]
    entries: tuple[Entry, ...]

    @property
    def ended(self) -> datetime:
        """When it ended, in UTC."""
        return self.began + timedelta(seconds=round(self.seconds))


def closed(folder: RunFolder) -> Closed:
    """The run in a folder. Raises NotClosed, also where its parts do not belong together."""
    try:
        record = _object(folder.record.read_text(encoding="utf-8"))
        told = _object(folder.summary_json.read_text(encoding="utf-8"))
        entries = entries_of(folder.journal)
        plan = hashlib.sha256(folder.plan.read_bytes()).hexdigest()
    except OSError as error:
        name = str(error.filename).rpartition("/")[2]
        why = f"{name} cannot be read ({(error.strerror or str(error)).lower()})"
        raise _unusable(folder, why) from error
    except ValueError as error:
        said = " ".join(str(error).split())[:200]
        raise _unusable(folder, f"a file of it is damaged ({said})") from error
    if told.get("schema") != summary.SCHEMA:
        was = f"summary.json has schema {told.get('schema')}, this release reads {summary.SCHEMA}"
        raise _unusable(folder, was)
    try:
        made, claims = _made(folder.id, record, told, entries), told["claims"]
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        what = f"run.json or summary.json is damaged ({where}: {first['msg']})"
        raise _unusable(folder, what) from error
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise _unusable(folder, f"run.json or summary.json is damaged ({error!r})") from error
    if len(entries) != claims:
        counts = f"summary.json counts {claims} claims, journal.jsonl holds {len(entries)}"
        raise _unusable(folder, counts)
    if plan != made.topology_sha256:
        raise _unusable(folder, "topology.yaml is not the plan that summary.json names")
    return made


def _made(
    run: str, record: dict[str, Any], told: dict[str, Any], entries: tuple[Entry, ...]
) -> Closed:
    began = datetime.fromisoformat(record["began"])
    if began.tzinfo is None:
        raise ValueError("began has no offset from UTC")
    began = began.astimezone(UTC)
    given = ("topology_sha256", "seconds", "stopped", "tests", "not_run", "broken", "deviations")
    missing = set(_STANDINGS) - set(told["deviations"])
    if missing:
        raise ValueError(f"deviations lack {', '.join(sorted(missing))}")
    known = ("narrowed_by", "drills", "release", "commit", "requirements_sha256")
    made = _CLOSED.validate_python(
        {
            "run": run,
            "began": began,
            "day": date.fromisoformat(record["day"]),
            **{name: record[name] for name in ("plan", "file", "facts_of")},
            **{name: record.get(name) for name in known},
            **{name: told[name] for name in given},
            "gaps": told.get("gaps", ()),
            "causes": [
                {
                    **{name: one[name] for name in ("requirement", "subject", "reds")},
                    "line": one["cause"],
                }
                for one in told["incidents"]
            ],
            "entries": entries,
        }
    )
    if made.ended < made.began:
        raise ValueError("it ended before it began")
    return made


_CLOSED: TypeAdapter[Closed] = TypeAdapter(Closed)
_STANDINGS = ("fail", "unknown", "advisory", "exempted")


def _object(text: str) -> dict[str, Any]:
    found = from_json(text)
    if not isinstance(found, dict):
        raise ValueError("an object was expected")
    return found


def _unusable(folder: RunFolder, why: str) -> NotClosed:
    return NotClosed(
        f"{folder.path} holds no run that came to its end: {why}. Run again, or name another run."
    )
