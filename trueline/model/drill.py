"""Drills: what a run may disturb, and what was seen while it was disturbed. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise

from trueline.model.observation import Observed
from trueline.model.source import Source

FAILOVER = "failover"
RECREATE = "recreate"
CONTROLLER = "controller"
DNS = "dns"
API_SERVER = "api_server"

WIRE = "the wire"  # the watch that asks by ARP who holds an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """One thing that the plan lets a run disturb.

    `kind` is `failover` or `recreate` (of the reserved address `name`), `controller`, `dns` or
    `api_server`. `stop` and `start` are the commands that take one API server down and bring it
    back, with `{node}` in them.
    """

    kind: str
    cluster: str
    at: Source
    name: str | None = None
    stop: str = ""
    start: str = ""

    def __str__(self) -> str:
        what = f"{self.cluster}/{self.name}" if self.name else self.cluster
        return f"{self.kind.replace('_', ' ')} {what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """One look at something that should go on: when (seconds after the disturbance), and how."""

    at: float
    good: bool
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """All looks from one place, in order, the first ones from before the disturbance."""

    beats: tuple[Beat, ...]

    @property
    def sound(self) -> bool:
        """Whether all was well until the disturbance."""
        before = [beat.good for beat in self.beats if beat.at < 0]
        return bool(before) and all(before)

    @property
    def stall(self) -> float:
        """The longest time without a good look, in seconds; what never came back counts as well."""
        times = [beat.at for beat in self.beats if beat.good or beat is self.beats[-1]]
        return max((later - earlier for earlier, later in pairwise(times)), default=0.0)

    @property
    def course(self) -> tuple[str, ...]:
        """What was said, one after the other, each once as long as it lasted."""
        return tuple(said for said, _ in groupby(beat.said for beat in self.beats))

    @property
    def recovered(self) -> bool:
        """Whether the last look was a good one."""
        return bool(self.beats) and self.beats[-1].good


@dataclass(frozen=True, slots=True, kw_only=True)
class Blow:
    """One disturbance: what was done, what was watched (by place), and how it was mended.

    `restored` is how many seconds after it everything was as before; None when it never was, and
    `missing` then says what was not.
    """

    done: str
    watches: dict[str, Observed[Watch]]
    restored: float | None
    missing: str = ""


# What each drill of a run came to, by its text. A drill that could not be carried out is a gap.
Drilled = dict[str, Observed[tuple[Blow, ...]]]
