"""Arithmetic on ranges, case by case."""

from __future__ import annotations

from ipaddress import ip_address
from itertools import islice

import pytest

from tests.worlds import ranges
from trueline.model.address import Range
from trueline.planning.blocks import addresses, fitted, free_block, gaps, merged, size


def shown(found: tuple[Range, ...]) -> list[str]:
    return [f"{part.first}-{part.last}" for part in found]


def test_what_touches_is_merged_and_families_are_not() -> None:
    given = ranges("10.0.0.4-10.0.0.9", "10.0.0.1-10.0.0.3", "10.0.0.11", "::a-::c", "10.0.0.5")
    assert shown(merged(given)) == ["10.0.0.1-10.0.0.9", "10.0.0.11-10.0.0.11", "::a-::c"]
    assert size(given) == 13


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ((), ["10.0.0.0-10.0.0.7"]),
        (("10.0.0.0/29",), []),
        (("10.0.0.0", "10.0.0.7"), ["10.0.0.1-10.0.0.6"]),
        (("10.0.0.2-10.0.0.5", "10.0.0.4-10.0.0.6"), ["10.0.0.0-10.0.0.1", "10.0.0.7-10.0.0.7"]),
        (("9.0.0.0/8", "10.0.0.6-10.0.0.99", "::1"), ["10.0.0.0-10.0.0.5"]),
    ],
)
def test_gaps(taken: tuple[str, ...], free: list[str]) -> None:
    assert shown(gaps(Range.parse("10.0.0.0/29"), ranges(*taken))) == free


@pytest.mark.parametrize(
    ("count", "found"),
    [
        (2, ["10.0.0.1-10.0.0.2"]),
        (4, ["10.0.0.9-10.0.0.12"]),
        (6, ["10.0.0.1-10.0.0.3", "10.0.0.9-10.0.0.11"]),
        (8, []),
    ],
)
def test_one_piece_is_preferred(count: int, found: list[str]) -> None:
    free = ranges("10.0.0.1-10.0.0.3", "10.0.0.9-10.0.0.12")
    assert shown(fitted(free, count)) == found


def test_addresses_of_large_ranges_come_one_by_one() -> None:
    first = islice(addresses(ranges("10.0.0.9", "fd00::/64")), 3)
    assert [str(each) for each in first] == ["10.0.0.9", "fd00::", "fd00::1"]


@pytest.mark.parametrize(
    ("prefix", "after", "found"),
    [
        (16, None, "10.0.0.0/16"),
        (16, "10.1.255.255", "10.3.0.0/16"),
        (15, "10.1.255.255", "10.4.0.0/15"),
        (9, None, "10.128.0.0/9"),
        (9, "10.200.0.0", "10.128.0.0/9"),
        (8, None, "None"),
        (7, None, "None"),
    ],
)
def test_a_block_is_aligned_free_and_behind_where_it_can(
    prefix: int, after: str | None, found: str
) -> None:
    taken = ranges("10.1.0.0/16", "10.2.5.0")
    behind = ip_address(after) if after else None
    assert str(free_block(Range.parse("10.0.0.0/8"), prefix, taken, behind)) == found
