"""How the claims about one thing stand: counted, with the worst of them and who made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from trueline.report.journal import Entry
from trueline.report.ruling import Standing

T = TypeVar("T")
NOT_EXAMINED = "not examined"
BAD = (Standing.FAIL.value, Standing.UNKNOWN.value)

# A sign for each, so that nothing is told by its colour alone.
SIGNS = {
    Standing.PASS.value: "✓",
    Standing.FAIL.value: "✗",
    Standing.UNKNOWN.value: "?",
    Standing.ADVISORY.value: "i",
    Standing.EXEMPTED.value: "e",
    Standing.NOT_APPLICABLE.value: "–",
    NOT_EXAMINED: "·",
}
_RANKS = (*(standing.value for standing in Standing), NOT_EXAMINED)  # the worst first


@dataclass(frozen=True, slots=True)
class Tally:
    """Claims counted by how they stand; `bad` are the requirements that fail or are in doubt."""

    counts: Mapping[str, int]
    bad: tuple[str, ...] = ()

    @property
    def worst(self) -> str:
        """The worst standing; of no claim at all, NOT_EXAMINED."""
        return min(self.counts, key=_RANKS.index, default=NOT_EXAMINED)

    @property
    def sign(self) -> str:
        """The sign of the worst standing."""
        return SIGNS[self.worst]

    @property
    def examined(self) -> int:
        """The claims, without those that the plan does not ask for."""
        return sum(self.counts.values()) - self.counts.get(Standing.NOT_APPLICABLE.value, 0)

    def __str__(self) -> str:
        if not self.counts:
            return NOT_EXAMINED
        told = ", ".join(f"{self.counts[one]} {one}" for one in _RANKS if one in self.counts)
        return f"{told} ({', '.join(self.bad)})" if self.bad else told


def tally(entries: Iterable[Entry]) -> Tally:
    """Count claims. Failing requirements come before those in doubt."""
    found = list(entries)
    counts = Counter(entry.standing for entry in found)
    bad = [entry.requirement for how in BAD for entry in found if entry.standing == how]
    return Tally(counts, tuple(dict.fromkeys(bad)))


def together(tallies: Iterable[Tally]) -> Tally:
    """The sum of several tallies."""
    counts: Counter[str] = Counter()
    bad: dict[str, None] = {}
    for one in tallies:
        counts.update(one.counts)
        bad.update(dict.fromkeys(one.bad))
    return Tally(counts, tuple(bad))


def kept(
    things: Sequence[T], most: int, of: Callable[[T], Tally]
) -> tuple[tuple[T, ...], tuple[T, ...]]:
    """At most so many things, in their order, and those left out: the well ones go first."""
    order = sorted(range(len(things)), key=lambda at: of(things[at]).worst not in BAD)
    chosen = set(order[:most])
    return (
        tuple(thing for at, thing in enumerate(things) if at in chosen),
        tuple(thing for at, thing in enumerate(things) if at not in chosen),
    )


def few(names: Iterable[str], most: int) -> str:
    """Some of the names, and how many more there are."""
    every = list(names)
    told = " ".join(islice(every, most))
    return told if len(every) <= most else f"{told} +{len(every) - most}"
