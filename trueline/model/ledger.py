"""The ledger: every address range of the plan in one book, and where two uses meet.

A plan breaks where one address has two uses, whichever clusters or tables they were written in, so
all ranges go into one list. Overlaps are found by a sweep over the sorted ranges: near-linear, and
never by comparing every pair (ten thousand ranges make fifty million pairs).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import accumulate

from trueline.model.address import Address, Range
from trueline.model.source import Source


class Kind(Enum):
    """What a range is used for; the value is how it is named before its owner.

    `place` counts the kinds from 0 in this order.
    """

    SEGMENT = "segment"
    GATEWAY = "gateway of"
    DHCP = "DHCP range of"
    NODE = "node"
    VM = "VM"
    POOL = "pool"
    API = "API endpoint of"
    PODS = "pod network of"
    SERVICES = "service network of"

    place: int

    def __init__(self, _: str) -> None:
        self.place = len(type(self).__members__)


HOSTS = (Kind.NODE, Kind.VM, Kind.GATEWAY)

# A segment is the container of what lives on it; whether it is the *right* segment is asked of each
# pool, node and VM by itself. Nodes and VMs take leases. An API endpoint is a node's address, or
# one in front of it (a VM, a forwarded port of the gateway), and two may differ by port alone.
_INTENDED = frozenset(
    frozenset(pair)
    for pair in (
        *((Kind.SEGMENT, kind) for kind in (*HOSTS, Kind.DHCP, Kind.POOL, Kind.API)),
        (Kind.NODE, Kind.DHCP),
        (Kind.VM, Kind.DHCP),
        *((Kind.API, kind) for kind in (*HOSTS, Kind.DHCP, Kind.API)),
    )
)


def may_share(one: Kind, other: Kind) -> bool:
    """Whether the same address may belong to both kinds of range."""
    return frozenset((one, other)) in _INTENDED


@dataclass(frozen=True, slots=True)
class Entry:
    """One range of the plan: what it is for, whose it is, and the line it was written on.

    `owner` is a name as the plan uses it: `control`, `control/main` for a pool, `lan`, `redis`.
    `row` is what the book is sorted by.
    """

    range: Range
    kind: Kind
    owner: str
    at: Source
    row: _Row = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Numbers are made once, and not each time the book is read."""
        first, last = self.range.first, self.range.last
        use = self.kind.place if first.version == 4 else self.kind.place + len(Kind)
        object.__setattr__(self, "row", (int(first), -int(last), use))

    def __str__(self) -> str:
        return f"{self.kind.value} {self.owner} ({self.at})"


@dataclass(frozen=True, slots=True)
class Conflict:
    """The smallest block of addresses that all `entries` hold, though only one of them may."""

    block: Range
    entries: tuple[Entry, ...]

    @property
    def kinds(self) -> frozenset[Kind]:
        """The one or two kinds of range that meet."""
        return frozenset(entry.kind for entry in self.entries)

    def __str__(self) -> str:
        return f"{self.block} belongs to " + " and to ".join(map(str, self.entries))


@dataclass(frozen=True, slots=True)
class Meeting:
    """The addresses that an asked range shares with an entry of the ledger."""

    block: Range
    entry: Entry

    def __str__(self) -> str:
        return f"{self.block} belongs to {self.entry}"


class _Shelf:
    """The ranges of one kind and family by first address, with the furthest end seen so far."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.row[0])
        self.firsts = [entry.row[0] for entry in self.entries]
        self.ends = list(accumulate((-entry.row[1] for entry in self.entries), max))

    def meeting(self, asked: Range) -> Iterator[Meeting]:
        """Walk back from the last range that could reach the asked one until none can."""
        place = bisect_right(self.firsts, int(asked.last)) - 1
        found = []
        while place >= 0 and self.ends[place] >= int(asked.first):
            entry = self.entries[place]
            if block := entry.range.shared_with(asked):
                found.append(Meeting(block, entry))
            place -= 1
        return reversed(found)


@dataclass(frozen=True)
class Ledger:
    """Every range of every cluster and segment, IPv4 and IPv6 apart."""

    entries: tuple[Entry, ...]

    def __len__(self) -> int:
        return len(self.entries)

    def conflicts(self) -> tuple[Conflict, ...]:
        """Where two uses meet that may not share an address, in the order of the addresses.

        Ranges in the same trouble are grouped. Every entry that shares an address with another
        against the rules is in at least one conflict, so no conflict means no overlap; of a range
        that meets several others of one kind, the one that reaches furthest is named with it.
        """
        return self._conflicts

    def meeting(self, asked: Address | Range, *kinds: Kind) -> tuple[Meeting, ...]:
        """Every entry of these kinds that holds some of the asked addresses, and which."""
        wanted = asked if isinstance(asked, Range) else Range.single(asked)
        shelves = (self._shelves.get((wanted.version, kind)) for kind in kinds)
        return tuple(found for shelf in shelves if shelf for found in shelf.meeting(wanted))

    @cached_property
    def _shelves(self) -> dict[tuple[int, Kind], _Shelf]:
        sorted_out: dict[tuple[int, Kind], list[Entry]] = {}
        for entry in self.entries:
            sorted_out.setdefault((entry.range.version, entry.kind), []).append(entry)
        return {key: _Shelf(entries) for key, entries in sorted_out.items()}

    @cached_property
    def _conflicts(self) -> tuple[Conflict, ...]:
        """Pass over the sorted rows once; of each kind remember only the cell reaching furthest.

        A cell is all rows of one kind and range, so thousands of equal ranges are one. The furthest
        is enough: what an earlier, shorter cell shares with the present one, the furthest shares
        too, and the two earlier ones have met (cells of a kind that may share are addresses).
        """
        rows = [entry.row for entry in self.entries]
        order = sorted(range(len(rows)), key=rows.__getitem__)
        groups: dict[_Meet, set[_Cell]] = {}
        furthest: list[tuple[int, _Cell]] = [(-1, (0, 0))] * len(_RIVALS)  # last address, and whose
        top, most, after = -1, len(rows), 0
        while after < most:
            begin, after = after, after + 1
            row = rows[order[begin]]
            first, minus_last, use = row
            last = -minus_last
            if after < most and rows[order[after]] == row:
                after = bisect_right(order, row, after, key=rows.__getitem__)
                if use in _RIVALS[use]:
                    groups.setdefault((first, last, use, use), set()).add((begin, after))
            if top >= first:
                for rival in _RIVALS[use]:
                    end, lead = furthest[rival]
                    if end >= first:
                        pair = (use, rival) if use < rival else (rival, use)
                        group = groups.setdefault((first, min(end, last), *pair), set())
                        group.update((lead, (begin, after)))
            if last > furthest[use][0]:
                furthest[use] = (last, (begin, after))
                top = max(top, last)
        return tuple(
            self._conflict(first, last, [n for begin, after in cells for n in order[begin:after]])
            for (first, last, *_), cells in sorted(groups.items(), key=_in_order)
        )

    def _conflict(self, first: int, last: int, numbers: list[int]) -> Conflict:
        """Of the entries with these numbers, about the addresses from first to last."""
        entries = tuple(map(self.entries.__getitem__, sorted(numbers)))
        address = type(entries[0].range.first)
        return Conflict(Range(address(first), address(last)), entries)


def _in_order(group: tuple[_Meet, set[_Cell]]) -> tuple[bool, _Meet]:
    """IPv4 before IPv6, then by address."""
    return group[0][2] >= len(Kind), group[0]


_Row = tuple[int, int, int]  # first, minus last (the widest first), use: kind of one family
_Meet = tuple[int, int, int, int]  # first and last address, and the two uses
_Cell = tuple[int, int]  # the place of its first row, and that after its last one
_RIVALS = [
    [start + place for place, other in enumerate(Kind) if not may_share(kind, other)]
    for start in (0, len(Kind))
    for kind in Kind
]
