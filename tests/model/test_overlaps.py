"""Overlaps of ranges are those that comparing every two of them would find."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from trueline.model.address import Range
from trueline.model.overlaps import overlaps


def told(*texts: str) -> list[str]:
    named = [(text, Range.parse(text)) for text in texts]
    return [f"{one} and {other} share {block}" for one, other, block in overlaps(named)]


def test_what_two_ranges_share_is_told_in_the_order_of_the_addresses() -> None:
    assert told("10.0.2.0/24", "10.0.0.0/16", "10.1.0.0/16", "fd00::/64") == [
        "10.0.0.0/16 and 10.0.2.0/24 share 10.0.2.0/24"
    ]
    assert told("10.0.0.0/24", "10.0.0.0/24") == ["10.0.0.0/24 and 10.0.0.0/24 share 10.0.0.0/24"]
    assert told("0.0.0.0/0", "::/0") == []


def test_a_long_range_is_remembered_beyond_short_ones() -> None:
    assert told("10.0.0.0/8", "10.0.0.0/24", "10.0.1.0/24") == [
        "10.0.0.0/8 and 10.0.0.0/24 share 10.0.0.0/24",
        "10.0.0.0/8 and 10.0.1.0/24 share 10.0.1.0/24",
    ]


numbers = st.integers(0, 40)


@given(st.lists(st.tuples(numbers, numbers, st.booleans()), max_size=12))
def test_the_sweep_finds_what_comparing_every_two_finds(spans: list[tuple[int, int, bool]]) -> None:
    named = [
        (number, Range.parse(f"::{min(a, b):x}-::{max(a, b):x}"))
        if six
        else (number, Range.parse(f"0.0.0.{min(a, b)}-0.0.0.{max(a, b)}"))
        for number, (a, b, six) in enumerate(spans)
    ]
    wanted = {
        (frozenset((one, other)), shared)
        for (one, first), (other, second) in combinations(named, 2)
        if (shared := first.shared_with(second))
    }
    found = [(frozenset((one, other)), block) for one, other, block in overlaps(named)]
    assert set(found) == wanted
    assert len(found) == len(wanted)
