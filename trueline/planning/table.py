"""Lines of text whose columns stand below each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from trueline.model.ledger import Conflict
from trueline.planning.book import RESERVED, Line
from trueline.planning.forecast import Forecast
from trueline.planning.headroom import Space

_LARGE = 10_000_000


def aligned(rows: Iterable[Sequence[str]], right: frozenset[int] = frozenset()) -> Iterator[str]:
    """The rows with columns as wide as their widest cell; `right` are those set to the right."""
    cells = [tuple(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(
            text.rjust(width) if place in right else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()


def counted(number: int) -> str:
    """A number as it is read: in digits, or as a power of two where it is very large."""
    if number < _LARGE:
        return str(number)
    bits = number.bit_length() - 1
    if number == 1 << bits:
        return f"2^{bits}"
    nearest = bits if number < 3 << (bits - 1) else bits + 1
    return f"about 2^{nearest}"


def used_for(line: Line) -> str:
    """The use of a line in words, without its owner."""
    if line.use == RESERVED:
        return f"{line.use} {line.note}"
    return line.use.removesuffix(" of") + (f", {line.note}" if line.note else "")


def ledger_lines(book: Iterable[Line], conflicts: Sequence[Conflict] = ()) -> Iterator[str]:
    """The pages of the ledger as one table, then the addresses that have two uses."""
    rows = [("addresses", "count", "use", "owner", "planned in")]
    for page in book:
        for depth, line in page.walk():
            rows.append(
                (
                    "  " * depth + str(line.range),
                    counted(line.range.size),
                    used_for(line),
                    line.owner,
                    str(line.at or ""),
                )
            )
    yield from aligned(rows, right=frozenset({1}))
    if conflicts:
        yield ""
        yield f"addresses with two uses: {len(conflicts)}"
        yield from (f"  {conflict}" for conflict in conflicts)


def head_room_lines(told: Iterable[tuple[Space, Forecast]]) -> Iterator[str]:
    """The spaces of a plan with how full each is, and when it will be."""
    rows = [("space", "used", "free", "of", "share", "planned in", "exhausted on")]
    for space, when in told:
        known = space.used is not None and space.free is not None
        rows.append(
            (
                f"{space.name} ({space.note})",
                counted(space.used or 0) if known else "unknown",
                counted(space.free or 0) if known else "unknown",
                counted(space.capacity),
                _percent(space.share),
                str(space.at),
                str(when),
            )
        )
    yield from aligned(rows, right=frozenset({1, 2, 3, 4}))


def _percent(share: float | None) -> str:
    """A share in whole per cent, where something is never nothing and not quite all is not all."""
    if share is None:
        return "unknown"
    if 0 < share < 0.01:
        return "< 1 %"
    return "> 99 %" if 0.99 < share < 1 else f"{share * 100:.0f} %"
