"""Progress as it happens: one line per step, each with the seconds since the command began."""

from __future__ import annotations

import sys
import time

_began = time.monotonic()


def elapsed() -> float:
    """Seconds since the command began."""
    return time.monotonic() - _began


def say(text: str) -> None:
    """Print one line of progress, at once (one write, so that threads do not mix lines)."""
    sys.stdout.write(f"{elapsed():7.2f}s  {text}\n")
    sys.stdout.flush()
