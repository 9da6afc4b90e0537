"""Reds sorted into incidents: one cause, what follows from it, and the order to look at them.

A red is a consequence of one that stands lower and takes away what it needs. Reds without such a
cause begin incidents; those that are about the very same part are told together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from trueline.diagnose.ladder import rung
from trueline.model.requirement import Severity

_SEVERITIES = tuple(severity.value for severity in Severity)
# Parts that few things need: two reds that need one of these are about the same thing.
_PARTICULAR = (
    "address:",
    "link:",
    "name:",
    "path:",
    "product:",
    "route:",
    "service:",
    "vm:",
    "workload:",
)


class Red(Protocol):
    """What is needed of a claim that does not hold, or is in doubt."""

    @property
    def requirement(self) -> str:
        """The id of the requirement."""
        ...

    @property
    def subject(self) -> str:
        """What it is about."""
        ...

    @property
    def severity(self) -> str:
        """How bad it is."""
        ...

    @property
    def observed(self) -> str:
        """What was seen instead."""
        ...

    @property
    def line(self) -> str:
        """What a reader sees."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """The parts that its subject needs."""
        ...

    @property
    def takes(self) -> tuple[str, ...]:
        """The parts that are lost with it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What belongs together: `causes` ranked, the most likely first; `consequences` follow from it.

    `doubts` are claims that could not be told while it lasts.
    """

    causes: tuple[Red, ...]
    consequences: tuple[Red, ...]
    doubts: tuple[Red, ...]

    @property
    def cause(self) -> Red:
        """The first one to look at."""
        return self.causes[0]

    @property
    def reds(self) -> int:
        """How many claims fail because of it."""
        return len(self.causes) + len(self.consequences)


def explains(lower: Red, higher: Red) -> bool:
    """Whether one red accounts for another: it stands lower and takes away what the other needs."""
    if rung(lower.requirement).height >= rung(higher.requirement).height:
        return False
    return not set(lower.takes).isdisjoint(higher.needs)


def incidents(failing: Sequence[Red], doubtful: Iterable[Red] = ()) -> tuple[Incident, ...]:
    """The incidents of a run, the one that most follows from first."""
    reds = sorted(failing, key=_rank)
    roots = [red for red in reds if not any(explains(other, red) for other in reds)]
    groups = _together(roots)
    belongs: dict[int, int] = {}
    for number, group in enumerate(groups):
        for red in group:
            belongs[id(red)] = number
    found: list[tuple[list[Red], list[Red], list[Red]]] = [(group, [], []) for group in groups]
    for red in reds:
        if id(red) in belongs:
            continue
        cause = next(other for other in reds if explains(other, red))
        belongs[id(red)] = belongs[id(cause)]
        found[belongs[id(red)]][1].append(red)
    for doubt in doubtful:
        for other in reds:
            if explains(other, doubt):
                found[belongs[id(other)]][2].append(doubt)
                break
    made = [
        Incident(causes=tuple(causes), consequences=tuple(rest), doubts=tuple(doubts))
        for causes, rest, doubts in found
    ]
    return tuple(sorted(made, key=lambda item: (-item.reds, _rank(item.cause))))


def _rank(red: Red) -> tuple[int, int, str, str]:
    severity = red.severity if red.severity in _SEVERITIES else _SEVERITIES[-1]
    height = rung(red.requirement).height
    return height, _SEVERITIES.index(severity), red.requirement, red.subject


def _together(roots: Sequence[Red]) -> list[list[Red]]:
    """Roots that are about one part, or fail one requirement, are one incident."""
    groups: list[tuple[set[str], list[Red]]] = []
    for red in roots:
        particular = (part for part in red.needs if part.startswith(_PARTICULAR))
        marks = {*red.takes, *particular, f"requirement:{red.requirement}"}
        joined: tuple[set[str], list[Red]] = (marks, [red])
        apart = []
        for group in groups:
            if group[0].isdisjoint(joined[0]):
                apart.append(group)
            else:
                joined = (group[0] | joined[0], [*group[1], *joined[1]])
        groups = [*apart, joined]
    return [sorted(reds, key=_rank) for _, reds in groups]
