"""One row of the kill matrix: what all suites said while one fault was in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What all suites said while one fault was in force.

    `expected` are the requirements that the fault's file lists, `doubts` those that cannot be told
    meanwhile, `cause` the one that must be named as the root cause. `reds` are those that failed,
    with the number of claims each, `areas` the suites they are in, `unknowns` those that could not
    be told; `causes` the root causes that were named, first to last, `told` what was observed of
    the first.
    `replays` says whether the stored run, judged again without the lab, came to the same verdicts
    and causes. `trouble` is why the fault could not be injected, or a text without words.
    `restless` is a fault whose effects come and go, or hang on where a pod happens to run: what
    follows from its cause may fail, or not be told, as well.
    `of` is the fingerprint of the fault's own file, `beside` the faults that were in force with it,
    `seconds` what injecting, judging and clearing took, of the last two its share; judging the
    stored run again, meanwhile, is in the last one.
    """

    id: str
    title: str
    source: str
    of: str
    expected: tuple[str, ...]
    cause: str
    doubts: tuple[str, ...]
    reds: Mapping[str, int] | None = None
    areas: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    told: str = ""
    claims: int = 0
    replays: bool = False
    seconds: tuple[float, float, float] = (0.0, 0.0, 0.0)
    trouble: str = ""
    restless: bool = False
    beside: tuple[str, ...] = ()

    @property
    def missed(self) -> tuple[str, ...]:
        """The requirements that should have failed and did not."""
        return tuple(name for name in self.expected if name not in (self.reds or {}))

    @property
    def collateral(self) -> tuple[str, ...]:
        """The requirements that failed and that the fault's file neither lists nor allows."""
        extra = (name for name in self.reds or {} if name not in self.expected)
        return () if self._follows else tuple(extra)

    @property
    def surprises(self) -> tuple[str, ...]:
        """The requirements that could not be told, or could, against what the file lists."""
        told = {*self.doubts} - {*self.unknowns}
        untold = {*self.unknowns} - {*self.doubts}
        return tuple(sorted(told if self._follows else told | untold))

    @property
    def _follows(self) -> bool:
        """Whether more may follow: all reds are in one incident, of a fault that is restless."""
        return self.restless and self.causes == (self.cause,)

    @property
    def caught(self) -> bool:
        """Whether all that should fail failed."""
        return not self.trouble and self.reds is not None and not self.missed

    @property
    def named_first(self) -> bool:
        """Whether the expected root cause was named before all others."""
        return self.causes[:1] == (self.cause,)

    @property
    def good(self) -> bool:
        """Whether everything is as the fault's file says, in one incident, and replays."""
        exact = self.caught and not self.collateral and not self.surprises
        return exact and self.causes == (self.cause,) and self.replays
