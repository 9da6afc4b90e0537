"""Row 9: where address ranges of a plan overlap, beside a C program and the standard library."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from functools import partial
from ipaddress import ip_network
from pathlib import Path

from tools.bench.peers import program
from tools.bench.timing import by_turns, clocked, exponent, ran
from tools.bench.values import (
    Effort,
    NotRun,
    Outcome,
    Point,
    Target,
    Timing,
    Wrong,
    missing,
    ratio,
)
from trueline.model.address import Cidr
from trueline.model.ledger import Conflict, Entry, Kind, Ledger
from trueline.model.source import Source

PLANTED = 10
SHARE = 20  # of all pairs, one in so many is compared: the whole takes half a minute
SOURCE = Path(__file__).with_name("overlaps.c")
_AT = Source("plan.yaml", 1)


def prefixes(count: int, seed: int = 1) -> list[str]:
    """Distinct IPv4 prefixes of which exactly PLANTED lie inside another, in random order."""
    chance = random.Random(seed)
    length = 32 - max(4, (1 << 24) // (2 * count)).bit_length() + 1
    blocks = chance.sample(range(1 << (length - 8)), count - PLANTED)
    outer = [(10 << 24) | (block << (32 - length)) for block in blocks]
    found = [f"{ip_network((first, length))}" for first in outer]
    found += [f"{ip_network((first, length + 1))}" for first in outer[:PLANTED]]
    chance.shuffle(found)
    return found


def entries(texts: Sequence[str]) -> tuple[Entry, ...]:
    """What a plan with these pod networks enters in its ledger."""
    ranges = (Cidr.parse(text).range for text in texts)
    return tuple(Entry(one, Kind.PODS, "a", _AT) for one in ranges)


def conflicts(texts: Sequence[str]) -> tuple[Conflict, ...]:
    """What the ledger of a plan with these pod networks says."""
    return Ledger(entries(texts)).conflicts()


def run(effort: Effort) -> Outcome:
    """The row."""
    sizes = (1_000, 10_000) if effort.quick else (1_000, 10_000, 100_000)
    texts = {size: prefixes(size) for size in sizes}
    for size in sizes:
        _check(len(conflicts(texts[size])), f"trueline at {size:,}")
    most = sizes[-1]
    points = tuple(
        Point(size=size, seconds=min(_seconds(texts[size]) for _ in range(3))) for size in sizes
    )
    targets, timings = _beside_c(texts[most], effort)
    pairs, ours = _pairwise(texts[10_000]), _sweep(entries(texts[10_000]))
    same = entries(["10.96.0.0/12"]) * 4_000
    grouped = min(clocked(lambda: _one_group(same)) for _ in range(5))
    return Outcome(
        checked=(
            f"{PLANTED} planted children found at every size, by trueline and by C",
            "4,000 identical prefixes are one conflict with 4,000 owners",
        ),
        targets=(
            *targets,
            Target(what="exponent of growth", limit=1.1, measured=exponent(points), unit=""),
            Target(
                what="faster than stdlib overlaps() of all pairs, 10^4", limit=4_000,
                measured=pairs / ours, at_most=False,
            ),
            Target(what="4,000 identical, grouped", limit=1.0, measured=grouped * 1e3, unit="ms"),
        ),
        timings=(
            *timings,
            Timing(what=f"all pairs at 10^4, {SHARE} x a part, parsed before", seconds=(pairs,)),
            Timing(what="trueline at 10^4, parsed before", seconds=(ours,)),
        ),
        points=points,
    )  # fmt: skip


def _beside_c(texts: Sequence[str], effort: Effort) -> tuple[list[Target], list[Timing]]:
    what = f"trueline / C, {len(texts):,} prefixes"
    try:
        with tempfile.TemporaryDirectory() as scratch:
            binary = Path(scratch) / "overlaps"
            ran([program("gcc"), "-O2", "-o", str(binary), str(SOURCE)])
            sides = {
                "trueline, parse and check": partial(_seconds, texts),
                "C, parse and check": partial(_c, binary, "\n".join(texts)),
                "ip_network() of each, and nothing else": partial(_parsed, texts),
            }
            found = by_turns(sides, effort.fewer(5))
    except NotRun as error:
        return [missing(what, 13, str(error))], []
    ours, theirs, parsed = found.values()
    return [Target(what=what, limit=13, measured=ratio(ours, theirs))], [ours, theirs, parsed]


def _seconds(texts: Sequence[str]) -> float:
    return clocked(lambda: conflicts(texts))


def _parsed(texts: Sequence[str]) -> float:
    return clocked(lambda: [ip_network(text) for text in texts])


def _sweep(known: tuple[Entry, ...]) -> float:
    """The seconds of the check alone."""
    return min(clocked(lambda: Ledger(known).conflicts()) for _ in range(3))


def _c(binary: Path, text: str) -> float:
    _, told = ran([str(binary)], given=text)
    seconds, inside = told.split()
    _check(int(inside), "the C program")
    return float(seconds)


def _pairwise(texts: Sequence[str]) -> float:
    """The seconds for every pair, from a part of them."""
    networks = [ip_network(text) for text in texts]
    some = networks[: len(networks) // SHARE]
    met = 0

    def compare() -> None:
        nonlocal met
        for one in some:
            met += sum(one.overlaps(other) for other in networks)

    seconds = clocked(compare)
    if met < len(some):
        raise Wrong("a prefix does not overlap itself")
    return seconds * SHARE / 2  # each pair was looked at twice


def _one_group(same: tuple[Entry, ...]) -> None:
    found = Ledger(same).conflicts()
    if [len(one.entries) for one in found] != [len(same)]:
        raise Wrong("identical prefixes are not one conflict")


def _check(found: int, who: str) -> None:
    if found != PLANTED:
        raise Wrong(f"{who} found {found} overlaps, and there are {PLANTED}")
