"""Commands that take minutes: run into a log, with signs of life, and never left behind."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

EVERY = 15.0
"""Seconds between two signs of life of one step."""

Say = Callable[[str], None]


def watched(
    command: Sequence[str | Path],
    *,
    log: Path,
    alive: Callable[[float], None],
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    every: float = EVERY,
) -> int:
    """Run a command into its log and return its exit code; `alive(seconds)` is called meanwhile.

    The command never outlives the call: an exception on our side, Ctrl-C included, ends it.
    SIGINT, because it is what Go, apt and pip answer by stopping their own children too.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    start = time.monotonic()
    with log.open("wb") as output:
        child = subprocess.Popen(
            command,
            cwd=cwd,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            while True:
                try:
                    return child.wait(timeout=every)
                except subprocess.TimeoutExpired:
                    alive(time.monotonic() - start)
        finally:
            if child.poll() is None:
                child.send_signal(signal.SIGINT)
                child.wait()
