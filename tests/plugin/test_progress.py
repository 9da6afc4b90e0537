"""What a watch shows on a terminal and in a log, without a thread and without waiting."""

from __future__ import annotations

import io
from pathlib import Path

from fixtures.progress import Screen, Watch
from tests.observe.clocks import FakeClock
from trueline.observe.progress import under_way
from trueline.report.run import RunFolder


def watch(folder: Path, *, live: bool, shared: bool = False) -> tuple[Watch, io.StringIO]:
    stream = io.StringIO()
    screen = Screen(stream, live, shared, column=lambda: 7, width=lambda: 30)
    return Watch(RunFolder(folder), screen, lambda: {"wire": 5.0}, FakeClock()), stream


def test_a_terminal_shows_a_line_as_long_as_something_is_observed(tmp_path: Path) -> None:
    seen, stream = watch(tmp_path, live=True)
    seen.look()
    with under_way(tmp_path / "progress", "wire", seen.clock):
        seen.clock.wait(2)
        seen.look()
    seen.look()
    seen.look()
    assert stream.getvalue() == "\robserving wire, 3 s left\x1b[K\r\x1b[K"


def test_the_line_stands_below_the_dots_and_leaves_them_as_they_were(tmp_path: Path) -> None:
    seen, stream = watch(tmp_path, live=True, shared=True)
    with under_way(tmp_path / "progress", "answers", seen.clock) as told:
        told(1000, 2000)
        seen.clock.wait(2)
        seen.look()
        seen.look()
    seen.look()
    shown = "\r" + "observing answers: 1000 of 2000"[:29] + "\x1b[K"
    assert stream.getvalue() == f"\n{shown}{shown}\r\x1b[K\x1b[A\x1b[8G"


def test_a_log_gets_plain_lines(tmp_path: Path) -> None:
    seen, stream = watch(tmp_path, live=False)
    seen.collected.update("ab")
    seen.done = 1
    seen.clock.wait(60)
    seen.look()
    assert stream.getvalue() == "after 1 min: 1 of 2 tests\n"
