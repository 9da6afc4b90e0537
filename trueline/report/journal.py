"""The verdict journal: every claim of every judgement as one line of JSON, safe from crashes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import from_json

from trueline.model.check import Check
from trueline.model.claim import Claim
from trueline.model.printable import printable
from trueline.model.topology import Cluster
from trueline.model.verdict import Verdict
from trueline.report.ruling import Ruling, Standing

SCHEMA = 1
NO_CLUSTER = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One claim as it is written down.

    `verdict` is what the check said; `standing` what it means for the run (`advisory`, `exempted`).
    `at` is file:line of the intent; `evidence` the origins of the facts; `seconds` how long the
    whole judgement took; `line` what a reader sees. `takes` are the parts that are lost where the
    claim does not hold; `needs` those that its subject needs, kept of claims that do not. What
    such a claim concerns is among both. `about` are the parts that the claim is shown at in a
    picture. Texts are printable: names that were observed may hold anything.
    """

    run: str
    worker: str
    test: str
    check: str
    requirement: str
    severity: str
    area: str
    cluster: str
    subject: str
    expected: str
    observed: str
    verdict: str
    standing: str
    at: str | None
    evidence: tuple[str, ...]
    remedy: str
    seconds: float
    line: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """What entries are sorted by: the same claims come out in the same order in every run."""
        return (
            self.area,
            self.requirement,
            self.test,
            self.subject,
            self.expected,
            self.observed,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """Something the run waited for, and for how many seconds of wall time."""

    name: str
    seconds: float


class Journal:
    """Where one worker writes. Every judgement reaches the file before its test goes on."""

    def __init__(self, folder: Path, *, run: str, worker: str) -> None:
        self._path = folder / f"{worker}.jsonl"
        self.run = run
        self.worker = worker

    def claims(
        self,
        test: str,
        check: Check,
        subject: object,
        rulings: Sequence[Ruling],
        *,
        clusters: Sequence[str],
        seconds: float,
        needs: Sequence[str] = (),
        takes: Sequence[str] = (),
        about: Sequence[str] = (),
    ) -> tuple[Entry, ...]:
        """Write down every claim of one judgement, and give back what was written."""
        entries = tuple(
            Entry(
                run=self.run,
                worker=self.worker,
                test=test,
                check=check.name,
                requirement=check.requirement.id,
                severity=check.requirement.severity.value,
                area=area_of(test),
                cluster=cluster_of(subject, ruling.claim.subject, clusters),
                subject=_line(ruling.claim.subject),
                expected=_line(ruling.claim.expected),
                observed=_line(ruling.claim.observed),
                verdict=ruling.claim.verdict.value,
                standing=ruling.standing.value,
                at=str(ruling.claim.at) if ruling.claim.at else None,
                evidence=tuple(map(_line, ruling.claim.evidence)),
                remedy=_line(ruling.claim.remedy or check.remedy),
                seconds=round(seconds, 6),
                line=ruling.line,
                about=(*about, *_way(ruling.claim)),
                **_parts(ruling, needs, takes),
            )
            for ruling in rulings
        )
        self._append("claim", [asdict(entry) for entry in entries])
        return entries

    def phase(self, name: str, seconds: float) -> None:
        """Write down how long an observation took."""
        self._append("phase", [asdict(Phase(name=name, seconds=round(seconds, 3)))])

    def _append(self, kind: str, records: Iterable[dict[str, Any]]) -> None:
        text = "".join(
            json.dumps({"schema": SCHEMA, "kind": kind, **record}, ensure_ascii=False) + "\n"
            for record in records
        )
        with self._path.open("a", encoding="utf-8") as file:
            file.write(text)


def _way(claim: Claim) -> tuple[str, ...]:
    return (f"path:{claim.way[0]}>{claim.way[1]}",) if claim.way is not None else ()


def _parts(
    ruling: Ruling, needs: Sequence[str], takes: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    if ruling.standing is Standing.NOT_APPLICABLE:
        return {}
    concerns = ruling.claim.concerns
    lost = tuple(dict.fromkeys((*takes, *concerns)))
    if ruling.standing not in (Standing.FAIL, Standing.UNKNOWN):
        return {"takes": lost}
    return {"needs": tuple(sorted({*needs, *concerns})), "takes": lost}


def area_of(test: str) -> str:
    """The folder under `suites` that holds the test; elsewhere the folder it lies in."""
    return _area(test.split("::", 1)[0])


@lru_cache(maxsize=1024)  # a file has many tests
def _area(file: str) -> str:
    path = PurePosixPath(file)
    folders = path.parts[:-1]
    if "suites" in folders[:-1]:
        return folders[folders.index("suites") + 1]
    return folders[-1] if folders else path.stem


def cluster_of(subject: object, text: str, clusters: Sequence[str]) -> str:
    """The cluster a claim is about: of its subject, else the first part of its text, else `-`."""
    if isinstance(subject, Cluster):
        return subject.name
    if isinstance(subject, tuple) and subject and all(isinstance(one, Cluster) for one in subject):
        return "+".join(one.name for one in subject)
    named = getattr(subject, "cluster", None)
    if isinstance(named, str):
        return named
    first = text.split("/", 1)[0].split(" ", 1)[0]
    return first if first in clusters else NO_CLUSTER


def gather(journals: Path) -> tuple[tuple[Entry, ...], tuple[Phase, ...]]:
    """The claims of every worker's journal in a stable order, and the phases that they took.

    A line cut short by a crash is left out; every whole line counts. Raises ValueError for one that
    is neither a claim nor a phase.
    """
    entries: list[Entry] = []
    phases: list[Phase] = []
    for record in _records(sorted(journals.glob("*.jsonl"))):
        if record.get("kind") == "phase":
            phases.append(_PHASE.validate_python(record))
        else:
            entries.append(_entry(record))
    entries.sort(key=lambda entry: entry.order)
    phases.sort(key=lambda phase: phase.name)
    return tuple(entries), tuple(phases)


def merged(entries: Iterable[Entry]) -> str:
    """The text of a merged journal."""
    return "".join(
        json.dumps({"schema": SCHEMA, **asdict(entry)}, ensure_ascii=False) + "\n"
        for entry in entries
    )


def entries_of(path: Path) -> tuple[Entry, ...]:
    """The claims of a merged journal, in its order. Raises OSError, and ValueError as `gather`."""
    return tuple(map(_entry, _records([path])))


_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)
_PHASE: TypeAdapter[Phase] = TypeAdapter(Phase)


def _entry(record: dict[str, Any]) -> Entry:
    """The claim that was written down. Raises ValueError."""
    entry = _ENTRY.validate_python({key: _shown(value) for key, value in record.items()})
    Standing(entry.standing)
    Verdict(entry.verdict)
    return entry


def _line(text: str) -> str:
    """The text on one line that may be shown; nearly every text is one."""
    return text if text.isprintable() else printable(" ".join(text.split()))


def _shown(value: Any) -> Any:
    """Every text as it may be shown: a run that is read again may come from anywhere."""
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return _line(value) if isinstance(value, str) else value


def _records(paths: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for path in paths:
        for line in path.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                record = from_json(line)
            except ValueError:
                continue
            if not isinstance(record, dict):
                raise ValueError(f"{path.name} has a line that is no record")
            yield record
