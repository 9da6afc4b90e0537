"""Taking times: by turns, so that a busy machine burdens both sides alike."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from tools.bench.values import Point, Timing, Wrong

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0  # seconds for one process of a benchmark


def by_turns(sides: Mapping[str, Callable[[], float]], repeats: int) -> dict[str, Timing]:
    """Run every side once to warm up, then each `repeats` times, and back again in odd rounds.

    Each side gives the seconds that count; the timings by the name of the side.
    """
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for side in sides.values():
        side()
    for number in range(repeats):
        for name in reversed(list(sides)) if number % 2 else sides:
            taken[name].append(sides[name]())
    return {name: Timing(what=name, seconds=tuple(each)) for name, each in taken.items()}


def clocked(call: Callable[[], object]) -> float:
    """How many seconds a call takes."""
    began = perf_counter()
    call()
    return perf_counter() - began


def ran(
    words: Sequence[str],
    *,
    given: str | None = None,
    good: Sequence[int] = (0,),
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
) -> tuple[float, str]:
    """The seconds of a whole process and what it printed. Raises Wrong when it fails."""
    began = perf_counter()
    done = subprocess.run(
        list(words), input=given, capture_output=True, text=True, timeout=PATIENCE, check=False,
        env=env, cwd=cwd, stdin=subprocess.DEVNULL if given is None else None,
    )  # fmt: skip
    seconds = perf_counter() - began
    if done.returncode not in good:
        told = (done.stderr or done.stdout).strip().splitlines()[-1:]
        raise Wrong(f"{Path(words[0]).name} ended with {done.returncode}: {' '.join(told)}")
    return seconds, done.stdout


def act(name: str, *prefix: str, **words: Any) -> tuple[float, dict[str, Any]]:
    """Run an act in a process of its own, behind a prefix such as a namespace.

    The seconds of the whole process, and what it told.
    """
    python = [sys.executable, "-m", f"tools.bench.acts.{name}", json.dumps(words)]
    # A namespace of mounts takes the working folder away.
    seconds, text = ran([*prefix, *python], env={**os.environ, "PYTHONPATH": str(ROOT)})
    found: dict[str, Any] = json.loads(text)
    return seconds, found


def importing(at: Sequence[str], *modules: str) -> dict[str, Callable[[], float]]:
    """A side that imports these modules of the standard library and ends: what Python takes."""
    words = [*at, sys.executable, "-c", f"import {', '.join(modules)}"]
    return {f"Python, importing {', '.join(modules)} and no more": lambda: ran(words)[0]}


def exponent(points: Sequence[Point]) -> float:
    """The exponent e of seconds = c * size^e, by least squares over the logarithms.

    Raises ValueError for fewer than two sizes.
    """
    if len(points) < 2:
        raise ValueError("an exponent takes two sizes")
    xs = [math.log(point.size) for point in points]
    ys = [math.log(point.seconds) for point in points]
    mid_x, mid_y = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - mid_x) * (y - mid_y) for x, y in zip(xs, ys, strict=True))
    return over / sum((x - mid_x) ** 2 for x in xs)
