"""How far a clock is from another, as far as it can be known: never a point, always a span."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trueline.model.observation import LeaseFact, NotObserved
from trueline.model.probe import Answer

SECOND = 1.0  # what an HTTP date, or the time of an object in the API, may be behind
KEPT = 0.5  # how old the date may be that a proxy puts into its answers (Envoy)
DELIVERY = 1.5  # what may pass between a kubelet's look at its clock and the API's at its own


@dataclass(frozen=True, slots=True)
class Offset:
    """One clock ahead of another by `low` to `high` seconds; behind where it is negative."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """The best guess."""
        return (self.low + self.high) / 2

    @property
    def doubt(self) -> float:
        """How far the guess may be wrong."""
        return (self.high - self.low) / 2

    def plus(self, other: Offset) -> Offset:
        """Ahead of a third clock, that the other clock is ahead of by `other`."""
        return Offset(self.low + other.low, self.high + other.high)

    def minus(self, other: Offset) -> Offset:
        """Ahead of the other clock, when both are compared with the same third."""
        return Offset(self.low - other.high, self.high - other.low)

    def apart(self, budget: float) -> bool:
        """Whether the clocks are further apart than the budget, whatever is true of the span."""
        return self.low > budget or self.high < -budget

    def __str__(self) -> str:
        word = "ahead" if self.middle >= 0 else "behind"
        return f"{abs(self.middle):.1f} s {word}, give or take {self.doubt:.1f} s"


def common(offsets: Iterable[Offset]) -> Offset:
    """What several looks at one clock leave possible; all of it where they contradict."""
    found = list(offsets)
    low, high = max(item.low for item in found), min(item.high for item in found)
    return Offset(low, high) if low <= high else around(found)


def around(offsets: Iterable[Offset]) -> Offset:
    """What is possible for the clocks of several machines together."""
    found = list(offsets)
    return Offset(min(item.low for item in found), max(item.high for item in found))


def of_date(answer: Answer, date: float) -> Offset:
    """How far a server is ahead of the vantage point, by the date (whole seconds) in its answer.

    It looked at its clock between the request and the answer.
    """
    seconds = answer.last.seconds
    sent = answer.at + sum(took for rung, took in seconds.items() if rung != "answer")
    received = sent + seconds.get("answer", 0.0)
    return Offset(date - received, date + SECOND - sent)


def stale(offset: Offset) -> Offset:
    """The same of a server that may have made its date some time before the answer."""
    return Offset(offset.low, offset.high + KEPT)


def of_lease(lease: LeaseFact) -> Offset:
    """How far a node is ahead of the API server that wrote its lease down. Raises NotObserved."""
    if lease.renewed is None or lease.written is None:
        raise NotObserved(f"the lease of {lease.node} does not say when it was renewed and written")
    apart = lease.renewed - lease.written
    return Offset(apart - SECOND, apart + DELIVERY)
