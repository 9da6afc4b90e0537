"""The ledger as pages: what lies inside what, and what is free between.

A page is a block that lies in no other: a segment, a pod or a Service network. What is on it and
its gaps are all of its addresses, each once, where the plan gives no address two uses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from trueline.intent.ledger import ledger
from trueline.model.address import Range
from trueline.model.ledger import Kind
from trueline.model.source import Source
from trueline.model.topology import Cluster, Topology
from trueline.planning.blocks import gaps
from trueline.planning.spaces import never_given, node_ranges

RESERVED = "reserved for"
OWN = "network or broadcast address"
NODE_RANGES = "node ranges"
API_SERVICE = "API Service"
DNS_SERVICE = "DNS Service"

# What is between the parts of each block that is divided by the plan, and whether it is free.
_BETWEEN = {
    Kind.SEGMENT.value: ("free", True),
    Kind.POOL.value: ("free in the pool", True),
    Kind.DHCP.value: ("left to leases", False),
    Kind.PODS.value: ("for further nodes", True),
    Kind.SERVICES.value: ("for Services, by the cluster", False),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One range: its use, whose it is, where that is planned, and what lies inside.

    `use` is a value of `Kind` or a word of this module. What is between the parts of a block has
    no owner and no place; `free` says whether it may be planned with.
    """

    range: Range
    use: str
    owner: str = ""
    at: Source | None = None
    note: str = ""
    free: bool = False
    inside: tuple[Line, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Line]]:
        """The line and everything inside, in the order of the addresses, with how deep it lies."""
        yield depth, self
        for line in self.inside:
            yield from line.walk(depth + 1)

    def leaves(self) -> Iterator[Line]:
        """The lines that nothing lies inside of."""
        return (line for _, line in self.walk() if not line.inside)


def pages(topology: Topology) -> tuple[Line, ...]:
    """Every block of the plan with what lies inside; IPv4 first, then by address."""
    roots: list[Line] = []
    opened: list[tuple[Line, list[Line]]] = []  # from the widest to the narrowest

    def close() -> None:
        line, parts = opened.pop()
        (opened[-1][1] if opened else roots).append(_filled(line, parts))

    for line in sorted(_uses(topology), key=_place):
        while opened and not _inside(line, opened[-1][0]):
            close()
        opened.append((line, []))
    while opened:
        close()
    return tuple(roots)


def _place(line: Line) -> tuple[int, int, int, int]:
    """By address, the widest of one beginning first, and what holds others before what does not."""
    return line.range.version, int(line.range.first), -int(line.range.last), _rank(line)


def _rank(line: Line) -> int:
    return 0 if line.use == Kind.SEGMENT.value else 1 if line.use in _BETWEEN else 2


def _inside(inner: Line, outer: Line) -> bool:
    if inner.range == outer.range:
        return _rank(outer) < _rank(inner)
    return outer.range.holds(inner.range)


def _filled(line: Line, parts: list[Line]) -> Line:
    """The line with its parts, and the gaps between them."""
    if line.use not in _BETWEEN:
        return replace(line, inside=tuple(parts))
    use, free = _BETWEEN[line.use]
    if not parts and (not free or line.use == Kind.PODS.value):
        return line  # one use of its own, undivided
    between = [
        Line(range=gap, use=use, free=free)
        for gap in gaps(line.range, (part.range for part in parts))
    ]
    return replace(line, inside=tuple(sorted([*parts, *between], key=_place)))


def _uses(topology: Topology) -> Iterator[Line]:
    for entry in ledger(topology).entries:
        yield Line(range=entry.range, use=entry.kind.value, owner=entry.owner, at=entry.at)
    for segment in topology.segments:
        for address in segment.unusable:
            yield Line(range=Range.single(address), use=OWN, owner=segment.name, at=segment.at)
    for item in topology.reservations:
        yield Line(
            range=Range.single(item.address),
            use=RESERVED,
            owner=str(item),
            note=item.owner,
            at=item.at,
        )
    for cluster in topology.clusters:
        yield from _of_cluster(cluster)


def _of_cluster(cluster: Cluster) -> Iterator[Line]:
    for pods in cluster.pods:
        parts = node_ranges(cluster, pods)
        if parts and parts.count and cluster.nodes:
            held = min(parts.count, len(cluster.nodes))
            yield Line(
                range=parts.first(held),
                use=NODE_RANGES,
                owner=cluster.name,
                note=f"{held} of {parts.count}, a /{parts.prefix} each",
                at=cluster.at,
            )
    for services in cluster.services:
        for address in never_given(services):
            yield Line(range=Range.single(address), use=OWN, owner=cluster.name, at=cluster.at)
    if cluster.services and cluster.services[0].network.num_addresses > 2:
        # kube-apiserver takes the first address of the first Service network for `kubernetes`.
        first = cluster.services[0].network[1]
        yield Line(range=Range.single(first), use=API_SERVICE, owner=cluster.name, at=cluster.at)
    if cluster.dns_service:
        yield Line(
            range=Range.single(cluster.dns_service),
            use=DNS_SERVICE,
            owner=cluster.name,
            at=cluster.at,
        )
