"""What is drawn as one box: a leaf of the ledger, or what shares an address or stands in a row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trueline.model.ledger import Kind
from trueline.model.printable import clipped
from trueline.planning.book import API_SERVICE, DNS_SERVICE, NODE_RANGES, OWN, RESERVED, Line
from trueline.planning.table import used_for

_LONGEST = 60  # letters; the rest is in the title of a box
_HOSTS = (Kind.GATEWAY.value, Kind.NODE.value, Kind.VM.value, Kind.API.value)
_SORTS = {
    **dict.fromkeys((*_HOSTS, NODE_RANGES, API_SERVICE, DNS_SERVICE), "host"),
    OWN: "own",
    RESERVED: "reserved",
    Kind.POOL.value: "pool",
    Kind.DHCP.value: "leases",
}


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its lines, and the sort that decides how it is drawn."""

    lines: tuple[Line, ...]
    sort: str

    @property
    def first(self) -> int:
        """The first address, as a number."""
        return int(self.lines[0].range.first)

    @property
    def size(self) -> int:
        """How many addresses it stands for."""
        return int(self.lines[-1].range.last) - self.first + 1

    @property
    def addresses(self) -> str:
        """Its addresses, the last without what it has in common with the first."""
        first, last = str(self.lines[0].range.first), str(self.lines[-1].range.last)
        return first if first == last else f"{first} - {_ending(first, last)}"

    @property
    def words(self) -> str:
        """What it is, in short."""
        line = self.lines[0]
        if line.use == OWN:
            return "not for use"
        if line.use == RESERVED:
            return clipped(line.owner, _LONGEST)
        if line.use == NODE_RANGES:
            return f"{line.use}, {line.note}"
        if line.use == Kind.NODE.value and len(self.lines) > 1 and _in_a_row(*self.lines[:2]):
            return clipped(f"{len(self.lines)} nodes of {_cluster(line)}", _LONGEST)
        told = ", ".join(f"{used_for(item)} {item.owner}".strip() for item in self.lines)
        return clipped(told, _LONGEST)

    @property
    def told(self) -> str:
        """Everything about it: what a pointer or a screen reader brings up."""
        return "; ".join(
            f"{line.range} {used_for(line)} {line.owner}".strip()
            + (f" ({line.at})" if line.at else "")
            for line in self.lines
        )


def boxes(page: Line) -> Iterator[Box]:
    """The boxes of a block, in the order of the addresses."""
    held: list[Line] = []  # hosts that make up one box
    for line, around in _leaves(page, page):
        sort = _sort(line, around)
        if held and not (sort == "host" and _belongs(line, held[-1])):
            yield Box(tuple(held), "host")
            held = []
        if sort == "host":
            held.append(line)
        else:
            yield Box((line,), sort)
    if held:
        yield Box(tuple(held), "host")


def _belongs(line: Line, before: Line) -> bool:
    return line.range == before.range or _in_a_row(before, line)


def _leaves(line: Line, around: Line) -> Iterator[tuple[Line, Line]]:
    """What nothing lies inside of, each with what it lies in."""
    if not line.inside:
        yield line, around
    for part in line.inside:
        yield from _leaves(part, line)


def _sort(line: Line, around: Line) -> str:
    if line.use in _SORTS:
        return _SORTS[line.use]
    if around.use in (Kind.POOL.value, Kind.DHCP.value):
        return _SORTS[around.use]
    return "free" if line.free else "other"


def _in_a_row(one: Line, other: Line) -> bool:
    """Whether two nodes of one cluster have neighbouring addresses."""
    return (
        one.use == other.use == Kind.NODE.value
        and _cluster(one) == _cluster(other)
        and int(one.range.last) + 1 == int(other.range.first)
    )


def _cluster(node: Line) -> str:
    return node.owner.split("/", 1)[0]


def _ending(first: str, last: str) -> str:
    mark = ":" if ":" in first else "."
    mine, theirs = first.split(mark), last.split(mark)
    if len(mine) != len(theirs) or "" in (*mine, *theirs):
        return last
    same = 0
    while mine[same] == theirs[same]:
        same += 1
    return mark + mark.join(theirs[same:]) if same else last
