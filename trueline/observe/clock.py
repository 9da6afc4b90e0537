"""Time as a value that can be handed over, so that tests never wait."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What the rest of the product knows of time. All in seconds."""

    def now(self) -> float:
        """The time of day: seconds since the epoch, UTC."""
        ...

    def elapsed(self) -> float:
        """A reading that only grows; the difference of two is how long something took."""
        ...

    def wait(self, seconds: float) -> None:
        """Let that much time pass."""
        ...


class SystemClock:
    """The clock of this machine."""

    def now(self) -> float:
        """As `Clock.now`."""
        return time.time()

    def elapsed(self) -> float:
        """As `Clock.elapsed`."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """As `Clock.wait`: the only place of the product that sleeps."""
        time.sleep(max(0.0, seconds))  # noqa: TID251


SYSTEM: Clock = SystemClock()
