"""What one question came to: an `Observation`, or a gap (`Unobserved`).

Reading the value of a gap raises `NotObserved`, which a check turns into an UNKNOWN claim: a check
never has to ask twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, NoReturn, TypeVar

from trueline.model.moment import Dated

T = TypeVar("T")


class NotObserved(Exception):
    """A fact was needed that could not be observed; the text is the reason."""


class _Asked(Dated):
    """What was asked at a point in time: how, and from where."""

    __slots__ = ()
    source: str
    vantage: str

    @property
    def origin(self) -> str:
        """One line for a report: how it was seen, or tried, and from where."""
        return f"{self.source} from {self.vantage}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(_Asked, Generic[T]):
    """A fact: its value, when it was seen (seconds since the epoch, UTC), how, and from where."""

    value: T
    at: float
    source: str
    vantage: str
    kind: Literal["seen"] = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unobserved(_Asked):
    """A gap: nothing could be seen, and why."""

    reason: str
    at: float
    source: str
    vantage: str
    kind: Literal["gap"] = "gap"

    @property
    def value(self) -> NoReturn:
        """Raises NotObserved with the reason."""
        raise NotObserved(self.reason)


Observed = Observation[T] | Unobserved
