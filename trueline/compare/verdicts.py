"""Verdicts of several runs beside each other: what changed, and since when something fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

_WORST = ("not applicable", "pass", "exempted", "advisory", "unknown", "fail")


class Told(Protocol):
    """What is needed of a claim that was written down."""

    @property
    def requirement(self) -> str:
        """The id of the requirement."""
        ...

    @property
    def subject(self) -> str:
        """What it is about."""
        ...

    @property
    def standing(self) -> str:
        """How it stands: `pass`, `fail`, ..."""
        ...

    @property
    def line(self) -> str:
        """What a reader sees."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A subject that stands otherwise than before; None where it was not judged."""

    requirement: str
    subject: str
    before: str | None
    after: str | None
    line: str

    def __str__(self) -> str:
        return f"{self.before or 'not judged'} -> {self.after or 'not judged'}: {self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One earlier run: its id, when it began, and how each (requirement, subject) stood."""

    run: str
    began: datetime
    standings: Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Since when something fails: the first run of an unbroken row of failures, and its length.

    `lasted` is the time from that run to the present one. `first` is the present run itself for
    what was never seen to fail before; `known` is false when nothing before says that it was well.
    """

    first: str
    runs: int
    lasted: timedelta
    known: bool

    def __str__(self) -> str:
        runs = f"{self.runs} run{'s' if self.runs > 1 else ''}"
        before = "" if self.known else ", and no earlier run has seen it well"
        return f"{self.first}, {runs}, {_span(self.lasted)}{before}"


def worst(standings: Iterable[str]) -> str | None:
    """The worst of several standings, None of none."""
    return max(standings, key=_WORST.index, default=None)


def standings(entries: Iterable[Told]) -> dict[tuple[str, str], str]:
    """The worst standing of each requirement and subject."""
    found: dict[tuple[str, str], str] = {}
    for entry in entries:
        key = entry.requirement, entry.subject
        found[key] = max(found.get(key, _WORST[0]), entry.standing, key=_WORST.index)
    return found


def changes(before: Sequence[Told], after: Sequence[Told]) -> tuple[Change, ...]:
    """What stands otherwise, in the order of requirements and subjects."""
    old, new = standings(before), standings(after)
    lines = {(e.requirement, e.subject, e.standing): e.line for e in (*before, *after)}
    found = []
    for key in sorted({*old, *new}):
        was, now = old.get(key), new.get(key)
        if was != now:
            line = lines[(*key, str(now if now is not None else was))]
            change = Change(requirement=key[0], subject=key[1], before=was, after=now, line=line)
            found.append(change)
    return tuple(found)


def ages(present: Past, earlier: Iterable[Past]) -> dict[tuple[str, str], Age]:
    """For all that fails in the present run, since when. Runs that did not judge it are passed."""
    past = sorted(earlier, key=lambda run: run.began, reverse=True)
    return {
        key: _age(key, present, past)
        for key, standing in present.standings.items()
        if standing == "fail"
    }


def _age(key: tuple[str, str], present: Past, past: Sequence[Past]) -> Age:
    first, runs, known = present, 1, False
    for run in past:
        standing = run.standings.get(key)
        if standing in (None, "unknown"):
            continue
        if standing != "fail":
            known = True
            break
        first, runs = run, runs + 1
    return Age(first=first.run, runs=runs, lasted=present.began - first.began, known=known)


def _span(lasted: timedelta) -> str:
    hours = lasted.total_seconds() / 3600
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
