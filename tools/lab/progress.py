"""Progress as it happens: one line per step, each with the seconds since the command began."""

from __future__ import annotations

import os
import sys
import time

_began = time.monotonic()


def elapsed() -> float:
    """Seconds since the command began."""
    return time.monotonic() - _began


def say(text: str) -> None:
    """Print one line of progress, at once (one write, so that threads do not mix lines).

    When nobody reads any more (`down | head -1`), the work goes on in silence.
    """
    try:
        sys.stdout.write(f"{elapsed():7.2f}s  {text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
