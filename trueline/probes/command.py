"""Commands run on this host without a shell: of the plan's owner, and of vantage points."""

from __future__ import annotations

import shlex
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from typing import IO

from trueline.probes.kube_access import one_line


class CommandFailed(Exception):
    """A command did not end well; the text names it and says why."""


class TooMuch(Exception):
    """A command wrote more than it may."""


class _Reader(threading.Thread):
    """Reads a pipe to its end, keeps at most `most` bytes, and calls `over` at one more."""

    def __init__(self, pipe: IO[bytes], most: int, over: Callable[[], None]) -> None:
        super().__init__(daemon=True, name="reader")
        self._pipe, self._most, self._over = pipe, most, over
        self.data = bytearray()
        self.start()

    def run(self) -> None:
        """Until the other end is closed, or too much has come."""
        while part := self._pipe.read1(1 << 16):  # type: ignore[attr-defined]
            self.data += part
            if len(self.data) > self._most:
                self._over()
                return


def talk(
    words: Sequence[str], given: str, *, within: float, most: int
) -> subprocess.CompletedProcess[str]:
    """Run a command, write to it, and read what it says: as `subprocess.run`, but bounded in size.

    It may take `within` seconds and write `most` bytes to either of its outputs; it is ended then.
    Raises OSError, subprocess.TimeoutExpired and TooMuch.
    """
    deadline = time.monotonic() + within
    pipe = subprocess.PIPE
    child = subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe)  # noqa: S603  no shell
    assert child.stdin is not None and child.stdout is not None and child.stderr is not None  # noqa: S101, PT018
    readers = [_Reader(one, most, child.kill) for one in (child.stdout, child.stderr)]
    writer = threading.Thread(target=_write, args=(child.stdin, given.encode()), daemon=True)
    writer.start()
    try:
        for thread in (*readers, writer):
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                raise subprocess.TimeoutExpired(words, within)
        status = child.wait(max(0.0, deadline - time.monotonic()))
    except BaseException:
        child.kill()
        child.wait()
        raise
    finally:
        if not any(thread.is_alive() for thread in readers):
            child.stdout.close()
            child.stderr.close()
    if any(len(one.data) > most for one in readers):
        raise TooMuch
    said, complained = (one.data.decode(errors="replace") for one in readers)
    return subprocess.CompletedProcess(words, status, said, complained)


def _write(pipe: IO[bytes], data: bytes) -> None:
    """All of it, unless nobody reads it any more."""
    try:
        with pipe:
            pipe.write(data)
    except OSError:
        return


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Why a command did not end well, in one line: its last word, else its exit status."""
    said = [line for line in done.stderr.splitlines() if line.strip()]
    return one_line(said[-1]) if said else f"exit status {done.returncode}"


def run(text: str, *, within: float) -> None:
    """Run a command, at most `within` seconds. Raises CommandFailed."""
    try:
        done = subprocess.run(  # noqa: S603  the plan's owner names it, and --disruptive allows it
            shlex.split(text),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )
    except (OSError, ValueError) as error:
        raise CommandFailed(f"`{text}` cannot be run: {one_line(error)}") from error
    except subprocess.TimeoutExpired as error:
        raise CommandFailed(f"`{text}` did not end within {within:g} s") from error
    if done.returncode != 0:
        raise CommandFailed(f"`{text}` failed: {complaint(done)}")
