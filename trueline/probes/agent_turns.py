"""Whose turn it is to talk, and how long something took without the waiting for a turn.

A part of the probe code of every vantage point (see `agent`). What only waits costs next to nothing
and may be under way all at once; what talks costs the processor and delays the others' time-outs.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

TALKING = 64  # conversations that talk at a time
FRESH = 0.1  # seconds: a question that has no answer by then waits, and talks no longer


class Turn:
    """The turn of one conversation; without a gate it is always its turn."""

    def __init__(self, gate: Any = None) -> None:
        self._gate = gate
        self._held = False

    async def take(self) -> float:
        """Wait until it may talk; how many seconds that took."""
        if self._gate is None or self._held:
            return 0.0
        began = time.monotonic()
        await self._gate.acquire()
        self._held = True
        return time.monotonic() - began

    def give(self) -> None:
        """Let another one talk."""
        if self._held:
            self._held = False
            self._gate.release()

    async def heard(self, got: Any, limit: float) -> bool:
        """Whether an answer comes within `limit` seconds; who waits for long gives the turn up."""
        done, _ = await asyncio.wait({got}, timeout=min(FRESH, limit))
        if not done and limit > FRESH:
            self.give()
            done, _ = await asyncio.wait({got}, timeout=limit - FRESH)
        return bool(done)


class Stopwatch:
    """Seconds from lap to lap."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def lap(self) -> float:
        """The seconds since the last lap."""
        now = time.monotonic()
        seconds, self._began = now - self._began, now
        return round(seconds, 5)

    def skip(self, seconds: float) -> None:
        """Leave out what was spent on something else."""
        self._began += seconds
