"""Rows 4 to 6: names asked of one server, beside dnsperf and dnspython, in namespaces."""

from __future__ import annotations

import math
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tools.bench.acts.names import name_of
from tools.bench.network import Apart, needs_root
from tools.bench.peers import program
from tools.bench.timing import act, by_turns, ran
from tools.bench.values import (
    Effort,
    NotRun,
    Outcome,
    Target,
    Timing,
    Wrong,
    missing,
    ratio,
)

SERVER = "10.98.0.2"
WINDOW = 100  # questions in flight to one server, at most
RTT = 0.020  # seconds
PATIENCE = 1.0  # seconds for one question of a server that is silent
SOURCE = Path(__file__).with_name("responder.c")

TWO = f"""
machine client
machine server
ip -n client link add eth0 type veth peer name eth0 netns server
ip -n client addr add 10.98.0.1/24 dev eth0
ip -n client link set eth0 up
ip -n server addr add {SERVER}/24 dev eth0
ip -n server link set eth0 up
"""

At = Sequence[str]


@contextmanager
def answering(milliseconds: int) -> Iterator[At]:
    """A client beside a server that answers so late (-1: never); how to run at the client."""
    needs_root()
    with Apart(TWO) as net, responder(net.at("server"), milliseconds):
        yield net.at("client")


@contextmanager
def responder(at: At, milliseconds: int) -> Iterator[None]:
    """The benchmark's DNS server, in a machine of a network."""
    with tempfile.TemporaryDirectory() as scratch:
        binary = Path(scratch) / "responder"
        ran([program("gcc"), "-O2", "-o", str(binary), str(SOURCE)])
        with subprocess.Popen(
            [*at, *_own_processor(), str(binary), "53", str(milliseconds)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        ) as server:
            try:
                assert server.stdout is not None
                if server.stdout.readline() != "ready\n":
                    raise Wrong("the benchmark's DNS server did not start")
                yield
            finally:
                server.kill()


def _own_processor() -> tuple[str, ...]:
    """How the server is run: it stands for another machine, where nobody asks."""
    processors = sorted(os.sched_getaffinity(0))
    return ("taskset", "--cpu-list", str(processors[-1])) if len(processors) > 1 else ()


def at_once(effort: Effort) -> Outcome:
    """Row 4."""
    count = 1_000 if effort.quick else 10_000
    with answering(0) as at:
        sides: dict[str, Callable[[], float]] = {
            "trueline": partial(_wall, at, count, "trueline"),
            "dnspython async, 100 in flight": partial(_wall, at, count, "async"),
            **_dnsperf(at, count, []),
        }
        taken = by_turns(sides, effort.fewer(3))
        _, parts = _asked(at, count, "parts")
    floors = {
        f"of a processor: dnspython, reading {count:,} answers and nothing else": parts["reading"],
        f"of a processor: Python, asking by {count:,} sockets and nothing else": parts["sockets"],
    }
    return Outcome(
        checked=(f"{count:,} answers, each with its id, name, code and address; none lost",),
        targets=(
            _beside(taken, "dnsperf -q100", 20),
            _faster(taken, "dnspython async, 100 in flight", 2.4),
        ),
        timings=(
            *taken.values(),
            *(Timing(what=what, seconds=(seconds,)) for what, seconds in floors.items()),
        ),
    )


def at_a_distance(effort: Effort) -> Outcome:
    """Row 5."""
    count = 1_000
    ops: list[float] = []
    theirs: list[float] = []
    with answering(round(RTT * 1e3)) as at:

        def ours() -> float:
            wall, told = _asked(at, count, "trueline")
            ops.append(told["op"])
            return wall

        sides = {"trueline": ours, **_dnsperf(at, count, theirs)}
        taken = by_turns(sides, effort.repeats)
        part = 50 if effort.quick else 200
        serial = _wall(at, part, "stub") * count / part
    taken["stub"] = Timing(
        what=f"dnspython stub, one by one, {count // part} x a part", seconds=(serial,)
    )
    op = Timing(what="trueline, the questions themselves", seconds=tuple(ops))
    if theirs:
        taken["own"] = Timing(what="dnsperf, its questions themselves", seconds=tuple(theirs))
    floor = math.ceil(count / WINDOW) * RTT
    return Outcome(
        checked=(f"{count:,} answers, each with its id, name, code and address; none lost",),
        targets=(
            Target(
                what=f"op / {floor:.2f} s, the round trips of {WINDOW} in flight", limit=1.15,
                measured=op.median / floor,
            ),
            _faster(taken, "stub", 35),
        ),
        timings=(op, *taken.values()),
    )  # fmt: skip


def dead(effort: Effort) -> Outcome:
    """Row 6."""
    count = 1_000
    told: list[Any] = []
    with answering(-1) as at:
        for _ in range(effort.fewer(3)):
            told.append(_asked(at, count, "silent")[1])
    if any(one["outcomes"] != {"timed out": count} for one in told):
        raise Wrong(f"a silent server came to {told[0]['outcomes']}")
    taken = Timing(what="trueline", seconds=tuple(one["op"] for one in told))
    return Outcome(
        checked=(
            f"each of {count:,} questions timed out; the judge tells the silent server once"
            " (tests/dns)",
        ),
        targets=(
            Target(
                what=f"{count:,} names of a silent server, {PATIENCE:g} s each at most", limit=1.2,
                measured=taken.median, unit="s",
            ),
        ),
        timings=(taken,),
    )  # fmt: skip


def _asked(at: At, count: int, by: str) -> tuple[float, Any]:
    wall, told = act("names", *at, server=SERVER, count=count, by=by, answer=PATIENCE)
    if by != "silent" and told["good"] != count:
        raise Wrong(f"{by} had {told['good']} good answers of {count}: {told.get('outcomes')}")
    return wall, told


def _wall(at: At, count: int, by: str) -> float:
    return _asked(at, count, by)[0]


def _dnsperf(at: At, count: int, own: list[float]) -> dict[str, Callable[[], float]]:
    """The side of dnsperf, which adds to `own` what it says that its questions took."""
    try:
        perf = program("dnsperf")
    except NotRun:
        return {}
    asked = "".join(f"{name_of(number)} A\n" for number in range(count))

    def side() -> float:
        words = [*at, perf, "-s", SERVER, "-n1", "-q100", "-d", "/dev/stdin"]
        seconds, text = ran(words, given=asked)
        if f"Queries completed:    {count} " not in text:
            raise Wrong("dnsperf lost answers")
        own.append(float(text.partition("Run time (s):")[2].split()[0]))
        return seconds

    return {"dnsperf -q100": side}


def _beside(taken: dict[str, Timing], theirs: str, limit: float) -> Target:
    what = f"trueline / {theirs}"
    if theirs not in taken:
        return missing(what, limit, f"{theirs.split()[0]} is not here")
    return Target(what=what, limit=limit, measured=ratio(taken["trueline"], taken[theirs]))


def _faster(taken: dict[str, Timing], theirs: str, limit: float) -> Target:
    measured = ratio(taken[theirs], taken["trueline"])
    what = f"faster than {taken[theirs].what}"
    return Target(what=what, limit=limit, measured=measured, at_most=False)
