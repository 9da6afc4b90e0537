"""The lab's only polling place. Every wait is bounded and names what it waited for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from tools.lab.errors import LabError, TimedOut

T = TypeVar("T")
_stopped = threading.Event()


class Stopped(LabError):
    """The wait was given up, because something else went wrong or somebody interrupted."""


def stop() -> None:
    """Let every wait of this process end now, in whatever thread it is."""
    _stopped.set()


def until(
    what: str,
    test: Callable[[], T],
    *,
    within: float,
    every: float = 0.1,
    log: Path | None = None,
    fix: str = "",
) -> T:
    """The first true value of `test()`, asked every `every` seconds for `within` seconds.

    Raises TimedOut, which names `what` and shows the end of `log`; Stopped after `stop()`.
    """
    deadline = time.monotonic() + within
    while True:
        value = test()
        if value:
            return value
        if time.monotonic() >= deadline:
            raise TimedOut(f"{what}: not within {within:g} s", log=log, fix=fix)
        if _stopped.wait(every):
            raise Stopped(f"{what}: not awaited any longer")
