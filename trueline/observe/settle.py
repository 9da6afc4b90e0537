"""The only polling loop, and its twin: until something holds, and as long as it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from trueline.observe.clock import Clock

T = TypeVar("T")

_NOW = 1e-6  # seconds: less is no time to wait, and may be less than a clock can tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled(Generic[T]):
    """How waiting for something ended.

    `last` is the last observation, `after` the seconds until the judge agreed (None: it never
    did), `within` the budget, `watched` how long was looked at all, `looks` how often.
    """

    last: T
    after: float | None
    within: float
    watched: float
    looks: int

    @property
    def in_time(self) -> bool:
        """Whether it settled within its budget."""
        return self.after is not None and self.after <= self.within

    def __str__(self) -> str:
        if self.after is None:
            return f"not converged after {self.watched:.0f} s, budget {self.within:.0f} s"
        return f"converged at {self.after:.0f} s, budget {self.within:.0f} s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Generic[T]):
    """How watching something ended.

    `last` is the last observation (the first bad one when it broke), `broke` the seconds until
    then (None: it held all the time), `during` how long was asked for, `looks` how often.
    """

    last: T
    broke: float | None
    during: float
    looks: int

    @property
    def held(self) -> bool:
        """Whether it held all the time."""
        return self.broke is None

    def __str__(self) -> str:
        if self.broke is None:
            return f"held for {self.during:.0f} s in {self.looks} looks"
        return f"broke at {self.broke:.0f} s of {self.during:.0f} s"


def settle(
    observe: Callable[[], T],
    judge: Callable[[T], bool],
    *,
    within: float,
    every: float,
    clock: Clock,
    overtime: float | None = None,
) -> Settled[T]:
    """Look again every `every` seconds until `judge` agrees; past the budget, watch on a while.

    `overtime` bounds the watching after the budget (seconds; by default half the budget): a miss
    then says when it did converge, which tells a slow thing from a dead one. At least one look is
    taken, and one exactly at the end of the budget, so a budget is never cut short by `every`.
    """
    last_call = within + (within / 2 if overtime is None else overtime)
    start = clock.elapsed()
    looks = 0
    while True:
        seen = observe()
        looks += 1
        spent = clock.elapsed() - start
        good = judge(seen)
        if good or spent >= last_call - _NOW:
            after = spent if good else None
            return Settled(last=seen, after=after, within=within, watched=spent, looks=looks)
        mark = within if spent < within - _NOW else last_call
        clock.wait(min(every, mark - spent))


def holds(
    observe: Callable[[], T],
    judge: Callable[[T], bool],
    *,
    during: float,
    every: float,
    clock: Clock,
) -> Held[T]:
    """Look every `every` seconds for `during` seconds; the first disagreement of `judge` ends it.

    One look is taken at the start and one at the very end.
    """
    start = clock.elapsed()
    looks = 0
    while True:
        seen = observe()
        looks += 1
        spent = clock.elapsed() - start
        good = judge(seen)
        if not good or spent >= during - _NOW:
            broke = None if good else spent
            return Held(last=seen, broke=broke, during=during, looks=looks)
        clock.wait(min(every, during - spent))
