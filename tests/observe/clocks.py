"""A clock that only waiting moves."""

from __future__ import annotations

from threading import Lock


class FakeClock:
    """Starts at a fixed time of day; each wait lets exactly that much time pass, at once."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.start = now
        self.passed = 0.0
        self.waits: list[float] = []
        self._lock = Lock()

    def now(self) -> float:
        return self.start + self.passed

    def elapsed(self) -> float:
        return self.passed

    def wait(self, seconds: float) -> None:
        with self._lock:
            self.passed += seconds
            self.waits.append(seconds)
