"""Read and extend the address plan: what is where, what is free, what if, and until when.

python -m tools.plan ledger [--svg FILE]           every block and address, and the gaps
python -m tools.plan next address --cluster app    the next free address, or block, for a purpose
python -m tools.plan what-if --nodes app=2         a diff of the plan that passes its checks
python -m tools.plan head-room --growth app=2/month   how full, and on which day exhausted

Nothing but the plan is read (and stored runs, where head-room names some). Exit status: 0; 1 when
the plan gives an address two uses, when what is asked for has no room, or a space is exhausted; 2
when the plan or the question is wrong.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

from tools import plan_next, stored
from tools.ending import ended
from tools.plan_arguments import parsed
from trueline.intent import document
from trueline.intent.ledger import ledger
from trueline.intent.load import InvalidTopology, read
from trueline.model.topology import Topology
from trueline.observe.store import DamagedStore
from trueline.planning.book import pages
from trueline.planning.difference import unified
from trueline.planning.forecast import Sample, forecast
from trueline.planning.headroom import ADDRESSES, NODES, SERVICES, Seen, head_room, seen_in
from trueline.planning.picture import svg
from trueline.planning.proposal import Asked, proposed
from trueline.planning.refusal import Exhausted, Unsound, WrongQuestion, no_such
from trueline.planning.table import head_room_lines, ledger_lines


def main(arguments: list[str] | None = None, today: date | None = None) -> int:
    """Answer one question about the plan. `today` is by default the day, in UTC."""
    given = parsed(__doc__, arguments)
    day = today or datetime.now(UTC).date()
    answer: Callable[[Namespace, date], int] = {
        "ledger": _ledger,
        "next": _next,
        "what-if": _what_if,
        "head-room": _head_room,
    }[given.question]
    try:
        return answer(given, day)
    except (Exhausted, Unsound) as error:
        print(error, file=sys.stderr)
        return 1
    except (InvalidTopology, WrongQuestion, stored.NoRun, DamagedStore) as error:
        print(error, file=sys.stderr)
        return 2


def _plan(given: Namespace) -> tuple[bytes, str, Topology]:
    """The plan in bytes, how its file is called here, and what it says."""
    path: Path = given.topology
    here = Path.cwd()
    name = str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
    data = document.bytes_of(path, name)
    return data, name, read(data, name)


def _ledger(given: Namespace, _today: date) -> int:
    _, _, topology = _plan(given)
    book = pages(topology)
    conflicts = ledger(topology).conflicts()
    for line in ledger_lines(book, conflicts):
        print(line)
    if given.svg:
        _write(given.svg, svg(topology.name, book))
    return 1 if conflicts else 0


def _next(given: Namespace, _today: date) -> int:
    _, _, topology = _plan(given)
    for line in list(plan_next.lines(given, topology)):
        print(line)
    return 0


def _what_if(given: Namespace, today: date) -> int:
    data, name, _ = _plan(given)
    asked = Asked(
        clusters=max(given.clusters, len(given.name)),
        names=tuple(given.name),
        like=given.like,
        pool_size=given.pool_size,
        spaces=tuple(given.within),
        nodes=_together(given.nodes),
        addresses=_together(given.addresses),
    )
    found = proposed(data, name, asked, today)
    for line in unified(data.decode(), found.text, name):
        print(line)
    for line in found.done:
        print(line, file=sys.stderr)
    for line in found.advice:
        print(f"advice: {line}", file=sys.stderr)
    if given.write:
        _write(given.write, found.text)
    return 0


def _together(shares: Iterable[tuple[str, int]]) -> dict[str, int]:
    """What is asked for twice adds up."""
    found: dict[str, int] = {}
    for name, count in shares:
        found[name] = found.get(name, 0) + count
    return found


def _write(path: Path, text: str) -> None:
    try:
        path.write_bytes(text.encode())
    except OSError as error:
        raise WrongQuestion(f"{path} cannot be written: {(error.strerror or '').lower()}") from None
    print(f"written: {path}", file=sys.stderr)


_GROWING = {
    ADDRESSES: "pool, or cluster with a single one,",
    NODES: "cluster whose nodes take addresses or node ranges",
    SERVICES: "cluster with a Service network",
}


def _head_room(given: Namespace, today: date) -> int:
    _, _, topology = _plan(given)
    samples, seen = _history(given)
    spaces = head_room(topology, seen)
    known = {key for space in spaces for key in space.grows_with}
    unknown = [
        no_such(_GROWING[item.sort], item.of, (of for sort, of in known if sort == item.sort))
        for item in given.growth
        if (item.sort, item.of) not in known
    ]
    if unknown:
        raise WrongQuestion(*unknown)
    told = [(space, forecast(space, given.growth, samples, today)) for space in spaces]
    for line in head_room_lines(told):
        print(line)
    if samples:
        print(f"\nwhat runs saw counts as well, as of {max(item.day for item in samples)}")
    return 1 if any(space.free == 0 for space in spaces) else 0


def _history(given: Namespace) -> tuple[list[Sample], dict[str, Seen]]:
    """What each run had given out, the earliest first; and what the latest saw, by cluster."""
    runs = [stored.folder(run, given.reports) for run in given.run]
    samples: list[Sample] = []
    seen: dict[str, Seen] = {}
    for run in sorted(runs, key=stored.began):
        facts = stored.facts(run).clusters
        seen = {name: seen_in(found) for name, found in facts.items()}
        spaces = head_room(stored.plan(run), seen)
        used = {space.name: space.used for space in spaces if space.used is not None}
        samples.append(Sample(day=stored.day_of(run), used=used))
    return samples, seen


if __name__ == "__main__":
    sys.exit(ended(main))
