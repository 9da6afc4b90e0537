"""How far something has come and how long it may still take, in a few words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

BASIS = 1.0  # seconds that must have been measured before anything is said of the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An observation that is under way: `done` of `total` questions after some seconds.

    `total` is 0 where nothing is counted; `former` is how many seconds the latest run of the same
    plan took for it, None where there is none.
    """

    what: str
    seconds: float
    done: int = 0
    total: int = 0
    former: float | None = None


def left(seen: Seen) -> float | None:
    """The seconds that are left by the pace so far, else by the latest run; None without either."""
    if seen.total and seen.done and seen.seconds >= BASIS:
        return seen.seconds * (seen.total - seen.done) / seen.done
    if seen.former is not None and seen.former > seen.seconds:
        return seen.former - seen.seconds
    return None


def line(seen: Seen) -> str:
    """An observation that is under way, as `observing answers: 512 of 901, 6 s left`."""
    parts = [f"observing {seen.what}"]
    if seen.total:
        parts[0] += f": {seen.done} of {seen.total}"
    rest = left(seen)
    parts.append(f"{span(seen.seconds)} so far" if rest is None else f"{span(rest)} left")
    return ", ".join(parts)


def minute(seconds: float, done: int, total: int, observed: Sequence[Seen]) -> str:
    """The line of a log in which nobody looks at a terminal."""
    tests = f"{done} of {total} tests" if total else "no test yet"
    return "; ".join([f"after {span(seconds)}: {tests}", *map(line, observed)])


def span(seconds: float) -> str:
    """A time to be read at a glance: `6 s`, `2 min 5 s`, `1 h 3 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min" + (f" {whole % 60} s" if whole % 60 else "")
    minutes = whole % 3600 // 60
    return f"{whole // 3600} h" + (f" {minutes} min" if minutes else "")
