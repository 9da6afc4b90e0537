"""Runs that came to their end, as values and as folders.

run = ended(told("LB-003", "control/vault", "fail"), tests={"t::a": "failed"})
folder = stored(tmp_path, "r1", told("LB-003", "control/vault", "fail"))
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.plugin.project import PLAN
from trueline.report.closed import Cause, Closed
from trueline.report.journal import Entry
from trueline.report.run import RunFolder

BEGAN = datetime(2027, 3, 14, 2, 17, tzinfo=UTC)
DAY = date(2027, 3, 14)
SHA = "ab" * 32
_STANDINGS = ("fail", "unknown", "advisory", "exempted")


def told(
    requirement: str,
    subject: str,
    standing: str,
    *,
    area: str = "metallb",
    cluster: str = "control",
    severity: str = "critical",
    observed: str = "something",
    line: str | None = None,
) -> Entry:
    """One claim of a run."""
    return Entry(
        run="r1",
        worker="main",
        test=f"suites/{area}/t.py::{subject}",
        check="a_check",
        requirement=requirement,
        severity=severity,
        area=area,
        cluster=cluster,
        subject=subject,
        expected="nothing",
        observed=observed,
        verdict={"exempted": "fail", "advisory": "fail"}.get(standing, standing),
        standing=standing,
        at="topology.yaml:7",
        evidence=(),
        remedy="Mend it.",
        seconds=0.0,
        line=line or f"{requirement} {subject} is {standing}",
    )


def ended(*entries: Entry, **values: Any) -> Closed:
    """A run of all suites, with drills, that nothing was wrong with but its claims."""
    known: dict[str, Any] = {
        "run": "r2",
        "began": BEGAN,
        "day": DAY,
        "plan": "small",
        "file": "topology.yaml",
        "facts_of": None,
        "narrowed_by": (),
        "drills": True,
        "release": "0.1.0",
        "commit": "c0ffee",
        "requirements_sha256": SHA,
        "topology_sha256": SHA,
        "seconds": 23.5,
        "stopped": None,
        "tests": {},
        "not_run": (),
        "broken": (),
        "deviations": deviations(entries),
        "gaps": (),
        "causes": (),
        "entries": entries,
    }
    return Closed(**{**known, **values})


def deviations(entries: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
    """The line of every bad claim by how it stands."""
    return {
        name: tuple(entry.line for entry in entries if entry.standing == name)
        for name in _STANDINGS
    }


def cause(requirement: str, subject: str, reds: int = 1) -> Cause:
    """A root cause, whose line is that of its claim."""
    line = f"{requirement} {subject} is fail"
    return Cause(requirement=requirement, subject=subject, line=line, reds=reds)


def stored(
    reports: Path, run: str, *entries: Entry, nights: int = 0, plan: str = PLAN, **values: Any
) -> RunFolder:
    """The folder of a run that began some nights after BEGAN; the latest is the last one stored.

    `values` replace what run.json or summary.json says.
    """
    folder = RunFolder(reports / run)
    folder.path.mkdir(parents=True)
    folder.facts.mkdir()
    folder.plan.write_text(plan, encoding="utf-8")
    record = {
        "schema": 1,
        "began": (BEGAN + timedelta(days=nights)).isoformat(),
        "day": DAY.isoformat(),
        "plan": "small",
        "file": "topology.yaml",
        "facts_of": None,
        "narrowed_by": [],
        "drills": True,
        "release": "0.1.0",
        "commit": "c0ffee",
        "requirements_sha256": SHA,
    }
    outcomes = {entry.test: _OUTCOME.get(entry.standing, "passed") for entry in entries}
    summary = {
        "schema": 1,
        "run": run,
        "topology_sha256": hashlib.sha256(plan.encode()).hexdigest(),
        "seconds": 23.5,
        "stopped": None,
        "claims": len(entries),
        "tests": outcomes,
        "not_run": [],
        "broken": [],
        "deviations": deviations(entries),
        "gaps": [],
        "incidents": [
            {"requirement": one.requirement, "subject": one.subject, "cause": one.line, "reds": 1}
            for one in entries
            if one.standing == "fail"
        ],
    }
    for part in (record, summary):
        part.update({name: value for name, value in values.items() if name in part})
    folder.record.write_text(json.dumps(record), encoding="utf-8")
    folder.summary_json.write_text(json.dumps(summary), encoding="utf-8")
    folder.journal.write_text(
        "".join(json.dumps(asdict(entry)) + "\n" for entry in entries), encoding="utf-8"
    )
    folder.point_latest()
    return folder


_OUTCOME = {"fail": "failed", "unknown": "unknown", "not applicable": "skipped"}
