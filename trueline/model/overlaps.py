"""Which of many ranges share addresses, without comparing every two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from trueline.model.address import Range

Name = TypeVar("Name")


def overlaps(named: Iterable[tuple[Name, Range]]) -> Iterator[tuple[Name, Name, Range]]:
    """Every two ranges that share addresses, by their names, and what they share.

    A sweep over the sorted ranges: near-linear where few meet. Of two, the one that begins first
    comes first; of two that begin together, the one that was given first.
    """
    reaching: list[tuple[Name, Range]] = []
    for name, found in sorted(named, key=lambda one: (one[1].version, int(one[1].first))):
        met = [(other, block.shared_with(found)) for other, block in reaching]
        for other, shared in met:
            if shared:
                yield other, name, shared
        reaching = [one for one, (_, shared) in zip(reaching, met, strict=True) if shared]
        reaching.append((name, found))
