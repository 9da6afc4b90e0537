"""Processes the lab started, told apart from later ones that got the same number.

A pid alone is recycled; a pid with its start time (field 22 of /proc/PID/stat, in clock ticks
since boot) is not. Signals go through a pidfd, so nothing can slip in between check and signal.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

# A handle that is dropped while its process runs is taken for a mistake (ResourceWarning).
_LEFT_RUNNING: list[subprocess.Popen[bytes]] = []
# Of pidfd_open(2): there is no such process, or its number is by now that of a thread (ENOENT
# since Linux 6.13, EINVAL before).
_GONE = (errno.ESRCH, errno.ENOENT, errno.EINVAL)


def left_running(
    command: Sequence[str], *, output: IO[Any] | int, env: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a process of the lab, which outlives this program, in a session of its own.

    `output` takes both of its streams. Raises OSError.
    """
    child = subprocess.Popen(
        command,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        cwd="/",
    )
    _LEFT_RUNNING.append(child)
    return child


def reap() -> None:
    """Forget those processes of `left_running` that have ended meanwhile."""
    _LEFT_RUNNING[:] = [child for child in _LEFT_RUNNING if child.poll() is None]


def start_time(stat: str) -> int:
    """Field 22 of a /proc/PID/stat line; the name in field 2 may hold blanks and parentheses."""
    return int(stat.rpartition(")")[2].split()[19])


def _stat(pid: int) -> str | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None


@dataclass(frozen=True, slots=True)
class Process:
    """A process of this boot of this machine: its pid and its start time."""

    pid: int
    started: int

    @classmethod
    def of(cls, pid: int) -> Process:
        """The process that has this pid now. Raises ProcessLookupError when there is none."""
        stat = _stat(pid)
        if stat is None:
            raise ProcessLookupError(f"no process {pid}")
        return cls(pid, start_time(stat))

    @classmethod
    def load(cls, value: dict[str, Any]) -> Process:
        """The inverse of `dump`."""
        return cls(int(value["pid"]), int(value["started"]))

    def dump(self) -> dict[str, int]:
        """As a JSON value."""
        return {"pid": self.pid, "started": self.started}

    @property
    def alive(self) -> bool:
        """Whether it still runs: not ended, not a zombie, not another one with the same pid."""
        stat = _stat(self.pid)
        if stat is None or start_time(stat) != self.started:
            return False
        return stat.rpartition(")")[2].split()[0] not in "ZX"

    def kill(self) -> bool:
        """Send SIGKILL to this very process; False when it is gone already."""
        handle = _handle(self.pid)
        if handle is None:
            return False
        try:
            stat = _stat(self.pid)
            if stat is None or start_time(stat) != self.started:
                return False
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        except ProcessLookupError:
            return False
        finally:
            os.close(handle)
        return True


def _handle(pid: int) -> int | None:
    """A pidfd of the process; None when it is gone. Raises OSError."""
    try:
        return os.pidfd_open(pid)
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise


def kill_members(members: Callable[[], set[int]]) -> None:
    """Send SIGKILL to each process whose pid is in `members()`.

    Handles are opened before members are read again: a process that got the number of one that
    ended meanwhile is no member, and is left alone.
    """
    with contextlib.ExitStack() as opened:
        handles = {}
        for pid in members():
            handle = _handle(pid)
            if handle is not None:
                handles[pid] = handle
                opened.callback(os.close, handle)
        for pid in handles.keys() & members():
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(handles[pid], signal.SIGKILL)


def namespace_users(kind: str, inode: int) -> list[tuple[int, str]]:
    """Pid and program of every process in the namespace with this inode number."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if (entry / "ns" / kind).stat().st_ino == inode:
                found.append((int(entry.name), (entry / "comm").read_text().strip()))
        except OSError:
            continue
    return found
