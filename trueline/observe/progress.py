"""How far an observation has come, told by whoever observes to whoever has a terminal.

Workers have none: each observation that is under way has a small file in the run folder, with when
it began, what is done and how much there is. A file that cannot be written is no progress, and
nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from trueline.observe.clock import Clock

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderWay:
    """An observation that is under way. `began` is a reading of the clock of this host."""

    what: str
    began: float
    done: int
    total: int


@contextmanager
def under_way(folder: Path, what: str, clock: Clock) -> Iterator[Told]:
    """Tell of an observation as long as it lasts: what is given counts `done` of `total`."""
    path, began = folder / f"{what}.json", clock.elapsed()

    def told(done: int, total: int) -> None:
        with suppress(OSError):
            folder.mkdir(exist_ok=True)
            part = path.with_suffix(".part")
            part.write_text(json.dumps({"began": began, "done": done, "total": total}))
            part.replace(path)

    told(0, 0)
    try:
        yield told
    finally:
        with suppress(OSError):  # the folder stays as long as it holds others
            path.unlink(missing_ok=True)
            folder.rmdir()


def read(folder: Path) -> tuple[UnderWay, ...]:
    """The observations that are under way, by name."""
    found = []
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError, ValueError):
            found.append(UnderWay(what=path.stem, **json.loads(path.read_text())))
    return tuple(found)


class Tally:
    """Counts from many threads, and tells each time."""

    def __init__(self, total: int, told: Told) -> None:
        self._total = total
        self._told = told
        self._done = 0
        self._lock = Lock()

    def add(self, number: int) -> None:
        """So many more are done."""
        with self._lock:
            self._done += number
            self._told(self._done, self._total)


def silent(_done: int, _total: int) -> None:
    """Nobody wants to know."""


def nothing_kept(_facts: object) -> None:
    """Nobody keeps what was observed before an interruption."""
