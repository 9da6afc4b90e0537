"""What a red stands on: the claims of lower requirements about the parts that it needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from trueline.diagnose.ladder import layer, rung


class Standing(Protocol):
    """What is needed of any claim of a run, whatever its verdict."""

    @property
    def requirement(self) -> str:
        """The id of the requirement."""
        ...

    @property
    def check(self) -> str:
        """The name of the check."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """The parts that its subject needs; kept of claims that do not hold."""
        ...

    @property
    def takes(self) -> tuple[str, ...]:
        """The parts that would be lost with it."""
        ...


C = TypeVar("C", bound=Standing)


@dataclass(frozen=True, slots=True)
class Stage(Generic[C]):
    """The claims of one check that others stand on, and the part of the ladder they are of."""

    layer: str
    requirement: str
    check: str
    claims: tuple[C, ...]


class Ladder(Generic[C]):
    """All claims of a run by what would be lost with them, to look up many reds."""

    def __init__(self, claims: Iterable[C]) -> None:
        self._claims = tuple(claims)
        self._of: dict[str, list[int]] = {}
        for place, claim in enumerate(self._claims):
            for part in claim.takes:
                self._of.setdefault(part, []).append(place)

    def below(self, reds: Sequence[C]) -> tuple[Stage[C], ...]:
        """The stages below reds of one requirement, from the ground up."""
        height = min((rung(red.requirement).height for red in reds), default=0)
        parts = {part for red in reds for part in red.needs}
        places = {place for part in parts for place in self._of.get(part, ())}
        found: dict[tuple[int, str, str], list[C]] = {}
        for claim in (self._claims[place] for place in sorted(places)):
            lower = rung(claim.requirement).height
            if lower < height:
                found.setdefault((lower, claim.requirement, claim.check), []).append(claim)
        return tuple(
            Stage(layer(requirement), requirement, check, tuple(claims))
            for (_, requirement, check), claims in sorted(found.items(), key=lambda item: item[0])
        )
