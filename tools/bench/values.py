"""What a row of the performance page is made of: targets, figures, verdicts. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from statistics import median


class Verdict(Enum):
    """How a target, or a whole row, came out; the value is what the page says."""

    MET = "met"
    MISSED = "missed"
    WRONG = "wrong result"
    NOT_RUN = "not run"


class NotRun(Exception):
    """A row, or one figure of it, cannot be had here; the text says why."""


class Wrong(Exception):
    """Trueline or a peer found something else than what is there: its time does not count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The seconds that something took, in each of its repeats."""

    what: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.seconds)

    @property
    def spread(self) -> float:
        """From the fastest to the slowest, as a share of the median."""
        return (max(self.seconds) - min(self.seconds)) / self.median if self.median else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One figure and its limit. `measured` is None where it was not run, and `why` says why.

    `at_most` is False for a figure that must reach its limit. A ratio has the unit `x`.
    """

    what: str
    limit: float
    measured: float | None
    unit: str = "x"
    at_most: bool = True
    why: str = ""

    @property
    def verdict(self) -> Verdict:
        """Met, missed or not run."""
        if self.measured is None:
            return Verdict.NOT_RUN
        kept = self.measured <= self.limit if self.at_most else self.measured >= self.limit
        return Verdict.MET if kept else Verdict.MISSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One size of a growth table: how many, how long, and how many MB more than before."""

    size: int
    seconds: float
    megabytes: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a row: what was `checked` before any time counted, its targets and figures."""

    checked: tuple[str, ...] = ()
    targets: tuple[Target, ...] = ()
    timings: tuple[Timing, ...] = ()
    points: tuple[Point, ...] = ()
    notes: tuple[str, ...] = ()
    broken: str = ""
    why: str = ""

    @property
    def verdict(self) -> Verdict:
        """The worst of its targets; nothing measured is not run, never met."""
        if self.broken:
            return Verdict.WRONG
        found = {target.verdict for target in self.targets}
        if self.why or not found:
            return Verdict.NOT_RUN
        order = (Verdict.MISSED, Verdict.NOT_RUN, Verdict.MET)
        return next(one for one in order if one in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How much is done: `repeats` of each side, and `quick` for figures that are not published."""

    repeats: int = 5
    quick: bool = False

    def fewer(self, number: int) -> int:
        """At most so many repeats, of what takes long."""
        return min(number, self.repeats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One hot path, or how time grows (`growth`: it stands in a part of the page of its own).

    `floor` is what physics leaves, `argument` why a missed target is missed.
    """

    name: str
    path: str
    floor: str
    run: Callable[[Effort], Outcome]
    argument: str = ""
    growth: bool = False


def ratio(one: Timing, other: Timing) -> float:
    """How many times as long the one takes, by the medians."""
    return one.median / other.median


def missing(what: str, limit: float, why: str, *, at_most: bool = True) -> Target:
    """A target of which the peer is not there."""
    return Target(what=what, limit=limit, measured=None, at_most=at_most, why=why)
