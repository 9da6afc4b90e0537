"""How far an observation has come, from whoever observes to whoever shows it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.observe.clocks import FakeClock
from trueline.observe.progress import Tally, UnderWay, read, under_way


def test_it_is_told_as_long_as_it_lasts(tmp_path: Path) -> None:
    folder, clock = tmp_path / "progress", FakeClock()
    clock.wait(7)
    assert read(folder) == ()
    with under_way(folder, "answers", clock) as told:
        assert read(folder) == (UnderWay(what="answers", began=7.0, done=0, total=0),)
        told(3, 9)
        with under_way(folder, "wire", clock):
            assert [(one.what, one.done, one.total) for one in read(folder)] == [
                ("answers", 3, 9),
                ("wire", 0, 0),
            ]
    assert not folder.exists()


def test_it_ends_when_the_observation_breaks(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="broken"), under_way(tmp_path / "p", "wire", FakeClock()):
        raise ValueError("broken")
    assert read(tmp_path / "p") == ()


def test_where_nothing_can_be_written_there_is_no_progress(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with under_way(tmp_path / "taken", "wire", FakeClock()) as told:
        told(1, 2)
    assert read(tmp_path / "taken") == ()


def test_a_file_that_is_no_progress_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "wire.json").write_text("{")
    assert read(tmp_path) == ()


def test_many_threads_count_together() -> None:
    seen: list[tuple[int, int]] = []
    tally = Tally(5, lambda *count: seen.append(count))
    tally.add(2)
    tally.add(3)
    assert seen == [(2, 5), (5, 5)]
