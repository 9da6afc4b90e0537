"""Who is at work on a cluster: runs that observe share it, one with drills has it alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from trueline.model.printable import printable

NAME = "trueline"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """One run at work; times are seconds since the epoch, by the clock of that run.

    `group` is the id that the shards of one run have in common; it ends by itself at `until`.
    """

    run: str
    group: str
    since: float
    until: float
    alone: bool

    def __str__(self) -> str:
        what = "is alone there for its drills" if self.alone else "observes it"
        until = f"(until {stamp(self.until)} at most)"
        return f"run {printable(self.run)} {what} since {stamp(self.since)} {until}"


def stamp(seconds: float) -> str:
    """A time for people."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"


def standing(holds: Iterable[Hold], now: float) -> tuple[Hold, ...]:
    """The holds that have not expired."""
    return tuple(hold for hold in holds if hold.until > now)


def blocking(holds: Iterable[Hold], wanted: Hold, now: float) -> tuple[Hold, ...]:
    """The holds that `wanted` has to wait for: those that disturb it, or that it would disturb."""
    return tuple(
        hold
        for hold in standing(holds, now)
        if hold.group != wanted.group and (hold.alone or wanted.alone)
    )


def without(holds: Iterable[Hold], run: str, now: float) -> tuple[Hold, ...]:
    """The holds of all other runs that have not expired."""
    return tuple(hold for hold in standing(holds, now) if hold.run != run)
