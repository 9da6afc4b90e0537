"""Free addresses between taken ones: arithmetic on ranges, never a walk over single addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import ip_network

from trueline.model.address import Address, Network, Range


def merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same addresses as disjoint ranges with something between them; IPv4 first."""
    found: list[Range] = []
    for part in sorted(ranges, key=lambda part: (part.version, int(part.first), int(part.last))):
        before = found[-1] if found else None
        joins = before is not None and before.version == part.version
        if before and joins and int(part.first) <= int(before.last) + 1:
            last = max(int(before.last), int(part.last))
            found[-1] = Range(before.first, type(part.first)(last))
        else:
            found.append(part)
    return tuple(found)


def gaps(within: Range, taken: Iterable[Range]) -> tuple[Range, ...]:
    """What of `within` no taken range holds, in the order of the addresses."""
    address = type(within.first)
    parts = (part.shared_with(within) for part in taken)
    found: list[Range] = []
    free = int(within.first)
    for part in merged(part for part in parts if part):
        if free < int(part.first):
            found.append(Range(address(free), address(int(part.first) - 1)))
        free = int(part.last) + 1
    if free <= int(within.last):
        found.append(Range(address(free), within.last))
    return tuple(found)


def size(ranges: Iterable[Range]) -> int:
    """How many addresses the ranges hold, each counted once."""
    return sum(part.size for part in merged(ranges))


def head(part: Range, count: int) -> Range:
    """The first `count` addresses of a range that has as many."""
    return Range(part.first, type(part.first)(int(part.first) + count - 1))


def fitted(free: Iterable[Range], count: int) -> tuple[Range, ...]:
    """`count` addresses of the free ranges: in one piece where one has room, else piece by piece.

    Empty when they hold fewer.
    """
    parts = tuple(free)
    for part in parts:
        if part.size >= count:
            return (head(part, count),)
    chosen: list[Range] = []
    for part in parts:
        taken = min(count, part.size)
        chosen.append(head(part, taken))
        count -= taken
        if not count:
            return tuple(chosen)
    return ()


def addresses(free: Iterable[Range]) -> Iterator[Address]:
    """The addresses of the ranges, one by one: take as many as are needed."""
    for part in free:
        for number in range(int(part.first), int(part.last) + 1):
            yield type(part.first)(number)


def free_block(
    within: Range, prefix: int, taken: Iterable[Range], after: Address | None = None
) -> Network | None:
    """The first network of that prefix length inside `within` that holds nothing taken.

    Those behind `after` come first, as plans are written upwards. None when there is none.
    """
    address = type(within.first)
    step = 1 << (within.first.max_prefixlen - prefix)
    free = gaps(within, taken)
    for least in (int(within.first) if after is None else int(after) + 1, int(within.first)):
        for part in free:
            start = -(-max(int(part.first), least) // step) * step
            if start + step - 1 <= int(part.last):
                return ip_network((address(start), prefix))
    return None
