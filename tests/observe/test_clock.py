from __future__ import annotations

import time

import pytest

from trueline.observe import clock


def test_system_clock_reads_the_day_and_what_only_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_700_000_000.0)
    monkeypatch.setattr(time, "monotonic", lambda: 12.5)
    assert (clock.SYSTEM.now(), clock.SYSTEM.elapsed()) == (1_700_000_000.0, 12.5)


def test_system_clock_waits_and_never_backwards(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    clock.SYSTEM.wait(1.5)
    clock.SYSTEM.wait(-1.0)
    assert waited == [1.5, 0.0]
