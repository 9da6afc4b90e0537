"""One worker computes, the others read: the file lock behind "observed once per run"."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock, Timeout

from trueline.observe.whole import write_whole

_FAILED = "failed"


class NotMade(Exception):
    """What every worker was waiting for could not be made; the text is the one shared reason."""


def once(path: Path, make: Callable[[], str], *, lock_timeout: float) -> str:
    """The text at `path`, made by the first caller and only read by all others.

    Callers in any process or thread may race; one makes, the rest wait for it up to `lock_timeout`
    seconds. The text appears whole or not at all. A maker that is killed leaves nothing, so the
    next caller makes it; a maker that raises leaves its reason (`<name>.failed`), so every caller
    raises the same NotMade and nobody asks a sick cluster again. Raises NotMade.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    failure = path.with_name(f"{path.name}.{_FAILED}")
    lock = FileLock(path.with_name(f"{path.name}.lock"))
    try:
        with lock.acquire(timeout=lock_timeout):
            if failure.exists():
                raise NotMade(json.loads(failure.read_text(encoding="utf-8")))
            if not path.exists():
                _make(path, failure, make)
            return path.read_text(encoding="utf-8")
    except Timeout as error:
        raise NotMade(
            f"another worker has not finished {path.name} within {lock_timeout:.0f} s"
        ) from error


def _make(path: Path, failure: Path, make: Callable[[], str]) -> None:
    try:
        text = make()
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        write_whole(failure, json.dumps(reason))
        raise NotMade(reason) from error
    write_whole(path, text)
