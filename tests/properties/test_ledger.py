"""The sweep says what comparing every pair would say, for any ranges of any kinds."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from tests.worlds import at
from trueline.model.address import Address, Range
from trueline.model.ledger import Entry, Kind, Ledger, may_share

FAMILIES: tuple[Callable[[int], Address], ...] = (IPv4Address, IPv6Address)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """A range among 40 addresses of either family, so that most meet another."""
    kind = draw(st.sampled_from(Kind))
    family = draw(st.sampled_from(FAMILIES))
    first = draw(st.integers(0, 39))
    # A kind that may share with itself is a single address: the ledger's own condition.
    last = first if may_share(kind, kind) else draw(st.integers(first, 39))
    owner = draw(st.sampled_from("abc"))
    return Entry(Range(family(first), family(last)), kind, owner, at(1))


books = st.lists(entries(), max_size=12).map(
    lambda found: Ledger(
        tuple(
            Entry(item.range, item.kind, f"{item.owner}{place}", at(place))
            for place, item in enumerate(found)
        )
    )
)


def _rivals(book: Ledger) -> list[tuple[Entry, Entry]]:
    return [
        (one, other)
        for one, other in combinations(book.entries, 2)
        if one.range.shared_with(other.range) and not may_share(one.kind, other.kind)
    ]


@given(books)
def test_a_conflict_is_told_when_there_is_one_and_only_then(book: Ledger) -> None:
    assert bool(book.conflicts()) == bool(_rivals(book))


@given(books)
def test_everyone_in_a_conflict_is_named(book: Ledger) -> None:
    named = {item for conflict in book.conflicts() for item in conflict.entries}
    assert named == {item for pair in _rivals(book) for item in pair}


@given(books)
def test_every_conflict_is_a_real_one(book: Ledger) -> None:
    rivals = _rivals(book)
    for conflict in book.conflicts():
        assert all(item.range.holds(conflict.block) for item in conflict.entries)
        assert any(set(pair) <= set(conflict.entries) for pair in rivals)
        assert len(conflict.kinds) in (1, 2)


@given(books)
def test_conflicts_are_in_the_order_of_the_addresses(book: Ledger) -> None:
    places = [(item.block.version, int(item.block.first)) for item in book.conflicts()]
    assert places == sorted(places)


@given(books, entries(), st.sets(st.sampled_from(Kind), max_size=4))
def test_meeting_finds_exactly_what_shares_an_address(
    book: Ledger, asked: Entry, kinds: set[Kind]
) -> None:
    found = book.meeting(asked.range, *kinds)
    assert sorted((str(item.block), item.entry.owner) for item in found) == sorted(
        (str(block), item.owner)
        for item in book.entries
        if item.kind in kinds and (block := item.range.shared_with(asked.range))
    )
