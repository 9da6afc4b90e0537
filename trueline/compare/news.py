"""What is news in a run, for those who already know how the run before it ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from trueline.compare.verdicts import Age, Change, Past, Told, ages, changes

_BAD = ("fail", "unknown")
_LEFT = ("exempted", "advisory")


class Kind(Enum):
    """The sorts of news, in the order in which they are told."""

    CAUSE = "new root causes"
    FAILS = "new failures"
    UNKNOWN = "newly unknown"
    RUN = "the run itself"
    REPAIRED = "repaired"
    KNOWN = "known again"
    EXCEPTED = "no longer counted: exempted or advisory"
    UNJUDGED = "failed or unknown before, not judged now"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that is otherwise. `line` is what a reader sees; `age` says how long it failed.

    `age` is that of a failure that is there, or that was there until now; None where no failure is
    concerned. `requirement` and `subject` are empty for news of the run itself.
    """

    kind: Kind
    requirement: str
    subject: str
    line: str
    age: Age | None = None


class Caused(Protocol):
    """What is needed of a root cause."""

    @property
    def requirement(self) -> str:
        """The id of the requirement."""
        ...

    @property
    def subject(self) -> str:
        """What it is about."""
        ...

    @property
    def line(self) -> str:
        """What a reader sees."""
        ...


class Ended(Protocol):
    """What is needed of a run that came to its end."""

    @property
    def entries(self) -> Sequence[Told]:
        """Its claims."""
        ...

    @property
    def causes(self) -> Sequence[Caused]:
        """Its root causes."""
        ...

    @property
    def stopped(self) -> str | None:
        """Why it ended early, if it did."""
        ...

    @property
    def not_run(self) -> Sequence[str]:
        """The tests that it never came to."""
        ...

    @property
    def broken(self) -> Sequence[str]:
        """The tests that went wrong, or had nothing to judge."""
        ...

    @property
    def gaps(self) -> Sequence[str]:
        """A line for each reason for which tests had nothing to judge."""
        ...


def news(
    before: Ended | None, after: Ended, *, present: Past, earlier: Sequence[Past]
) -> tuple[News, ...]:
    """What is otherwise in a run than in the comparable one before it, sort by sort.

    Where there is none before, all that fails or is unknown is news. `present` is the run itself,
    `earlier` all comparable runs before it, for the ages of failures.
    """
    old = before.entries if before is not None else ()
    lasting = ages(present, earlier)
    lasted = _lasted(earlier)
    found = [*_causes(before, after, lasting), *_of_run(before, after)]
    for change in changes(old, after.entries):
        kind = _kind(change)
        if kind is not None:
            key = change.requirement, change.subject
            age = lasting.get(key) if kind is Kind.FAILS else lasted.get(key)
            found.append(
                News(
                    kind=kind,
                    requirement=change.requirement,
                    subject=change.subject,
                    line=change.line,
                    age=age,
                )
            )
    order = list(Kind)
    return tuple(sorted(found, key=lambda one: order.index(one.kind)))


def _kind(change: Change) -> Kind | None:
    """The sort of news that a change is; None for what nobody has to be told of."""
    before, after = change.before, change.after
    if after == "fail":
        return Kind.FAILS
    if after == "unknown":
        return Kind.UNKNOWN
    if after == "pass":
        worse = {"fail": Kind.REPAIRED, "exempted": Kind.REPAIRED, "unknown": Kind.KNOWN}
        return worse.get(before or "")
    if before in _BAD:
        return Kind.EXCEPTED if after in _LEFT else Kind.UNJUDGED
    return None


def _causes(
    before: Ended | None, after: Ended, lasting: Mapping[tuple[str, str], Age]
) -> Iterable[News]:
    known = {(one.requirement, one.subject) for one in before.causes} if before else set()
    for one in after.causes:
        key = one.requirement, one.subject
        if key not in known:
            yield News(
                kind=Kind.CAUSE, requirement=one.requirement, subject=one.subject, line=one.line,
                age=lasting.get(key),
            )  # fmt: skip


def _of_run(before: Ended | None, after: Ended) -> Iterable[News]:
    """That a run ended early, or that tests of it went wrong which did not before."""

    def told(line: str) -> News:
        return News(kind=Kind.RUN, requirement="", subject="", line=line)

    if after.stopped and not (before and before.stopped):
        yield told(f"stopped early: {after.stopped}")
    for what, now, was in (
        ("not run", after.not_run, before.not_run if before else ()),
        ("broken or nothing to judge", after.broken, before.broken if before else ()),
    ):
        fresh = sorted(set(now) - set(was))
        if fresh:
            more = f" and {len(fresh) - 1} more" if len(fresh) > 1 else ""
            yield told(f"{what}: {fresh[0]}{more}")
    known = before.gaps if before else ()
    yield from (told(line) for line in after.gaps if line not in known)


def _lasted(earlier: Sequence[Past]) -> Mapping[tuple[str, str], Age]:
    """How long each failure of the run before had lasted by then."""
    if not earlier:
        return {}
    last = max(earlier, key=lambda past: past.began)
    return ages(last, [past for past in earlier if past is not last])
