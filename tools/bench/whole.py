"""Row 13: a whole data plane as 1,453 pytest tests, all waits in one batch or one a test."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools.bench.arp import holders
from tools.bench.names import responder
from tools.bench.reach import CONNECT, serving
from tools.bench.starting import nothing
from tools.bench.timing import ROOT, by_turns, ran
from tools.bench.values import Effort, Outcome, Target, Timing, Wrong, ratio

SHARE = 20  # of the naive tests, one in so many is run: all take two and a half minutes
ADDRESSES, NAMES, ENDPOINTS = 253, 1_000, 200
TESTS = ADDRESSES + NAMES + ENDPOINTS
BATCH = 1.3  # seconds beyond the time-out
ACTS = ROOT / "tools" / "bench" / "acts"


def run(effort: Effort) -> Outcome:
    """The row."""
    with (
        serving(holders("client", "eth2", "eth3")) as place,
        responder(place.server, 0),
        tempfile.TemporaryDirectory() as scratch,
    ):
        Path(scratch, "pytest.ini").write_text("[pytest]\n", encoding="utf-8")

        idle = Path(scratch, "test_idle.py")
        idle.write_text(nothing(TESTS), encoding="utf-8")

        def suite(module: Path, share: int, *more: str) -> float:
            words = [
                *(*place.at, "env", f"PYTHONPATH={ROOT}", f"BENCH_FOLDER={place.folder}"),
                *(f"BENCH_SHARE={share}", sys.executable, "-m", "pytest", "-q", "-q"),
                *("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:timeout"),
                *("-p", "no:allure_pytest", "--import-mode=importlib", "-c"),
                *(f"{scratch}/pytest.ini", f"--rootdir={scratch}", *more),
                str(module),
            ]
            return ran(words, cwd=Path(scratch))[0]

        ours = ("-p", "fixtures.collector")  # as every run of trueline has it
        sides: dict[str, Callable[[], float]] = {
            f"trueline, {TESTS:,} tests, one batch, -n 0": lambda: suite(
                ACTS / "data_plane.py", 1, *ours
            ),
            f"pytest, {TESTS:,} tests that do nothing, -n 0": lambda: suite(idle, 1),
        }
        taken, alone = by_turns(sides, effort.fewer(3)).values()
        one_by_one = ACTS / "data_plane_naive.py"
        start = suite(one_by_one, SHARE, "-n", "2", "--collect-only")
        part = suite(one_by_one, SHARE, "-n", "2")
    naive = Timing(
        what=f"one probe a test, -n 2, {SHARE} x a part",
        seconds=((part - start) * SHARE + start,),
    )
    if part <= start:
        raise Wrong("the naive tests took no time")
    return Outcome(
        checked=(
            f"{TESTS:,} tests pass in the batch: 40 hosts, a duplicate, 1,000 names, 140 endpoints"
            " and 60 black holes; the naive tests pass too, blind to the duplicate",
        ),
        targets=(
            Target(
                what="beyond the time-out of a connection", limit=BATCH, unit="s",
                measured=taken.median - CONNECT,
            ),
            Target(
                what="faster than one probe a test at -n 2", limit=60, at_most=False,
                measured=ratio(naive, taken),
            ),
        ),
        timings=(taken, alone, naive),
    )  # fmt: skip
