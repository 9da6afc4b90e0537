"""The rows, in the order of the page."""

from __future__ import annotations

from tools.bench import overlaps
from tools.bench.values import Row

ROWS = (
    Row(
        name="9",
        path="CIDR overlap",
        floor="parsing, then sorting: N log N",
        run=overlaps.run,
        argument=(
            "C (in the place of the reference's Rust) reads text into two integers; trueline makes "
            "of every prefix the typed values that the plan is judged by (`Cidr`, `Range`, `Entry` "
            "with its line), and these constructions are three quarters of the time. The sweep grows "
            "as it should, and a plan of a thousand clusters has 10^4 ranges, not 10^5."
        ),
    ),
)


def named(names: list[str]) -> tuple[Row, ...]:
    """The rows of these names, all when there are none. Raises KeyError."""
    known = {row.name: row for row in ROWS}
    return tuple(known[name] for name in names) or ROWS
