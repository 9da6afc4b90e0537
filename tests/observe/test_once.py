from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from trueline.observe.once import NotMade, once
from trueline.observe.whole import write_whole


def test_one_makes_and_all_read(tmp_path: Path) -> None:
    path = tmp_path / "run" / "wire.json"
    made: list[int] = []

    def make() -> str:
        made.append(1)
        return "facts"

    with ThreadPoolExecutor(8) as pool:
        read = list(pool.map(lambda _: once(path, make, lock_timeout=10), range(8)))
    assert (read, len(made)) == (["facts"] * 8, 1)
    assert path.read_text() == "facts"


def test_failure_is_told_to_every_caller_and_not_tried_again(tmp_path: Path) -> None:
    path = tmp_path / "wire.json"
    tries: list[int] = []

    def make() -> str:
        tries.append(1)
        raise OSError(19, "no such device")

    for _ in range(2):
        with pytest.raises(NotMade, match=r"^OSError: \[Errno 19\] no such device$"):
            once(path, make, lock_timeout=10)
    assert (len(tries), path.exists()) == (1, False)


def test_killed_maker_leaves_nothing_and_the_next_caller_makes_it(tmp_path: Path) -> None:
    path = tmp_path / "wire.json"

    def killed() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        once(path, killed, lock_timeout=10)
    (tmp_path / ".wire.json.99.part").write_text('{"half')  # of a maker that died while writing
    assert once(path, lambda: "whole", lock_timeout=10) == "whole"


def test_worker_that_hangs_is_waited_for_only_so_long(tmp_path: Path) -> None:
    path = tmp_path / "wire.json"
    with (
        FileLock(tmp_path / "wire.json.lock"),
        pytest.raises(NotMade, match=r"^another worker has not finished wire\.json within 0 s$"),
    ):
        once(path, lambda: "facts", lock_timeout=0)


def test_write_that_fails_keeps_the_old_text_and_leaves_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "facts.json"
    write_whole(path, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, "new")
    assert (path.read_text(), [item.name for item in tmp_path.iterdir()]) == ("old", ["facts.json"])
