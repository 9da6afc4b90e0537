"""A command of this host that is given one line after the other, and answers each with a line."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from time import monotonic
from typing import IO

from trueline.probes.command import CommandFailed, complaint

LARGEST = 1 << 28  # bytes of all that comes back; the answers of a great plan have a tenth of it
_PIECE = 1 << 16  # bytes that are read or written at a time
_GOODBYE = 5.0  # seconds in which a command that has nothing more to do ends


class TooMuch(Exception):
    """A command wrote more than it may."""


class Session:
    """A command that is started at once, and again where it has ended when it is to answer.

    What it is given begins with a greeting, each time it is started. It ends with an empty line; it
    is ended where it does not, or does not answer. Not for several threads at once. Raises OSError
    where it cannot be started.
    """

    def __init__(self, words: Sequence[str], greeting: str) -> None:
        self._words, self._greeting = words, greeting.encode()
        self._start()

    def say(self, given: str, within: float) -> str:
        """The line that the command writes when it is given one, or all that it wrote at its end.

        Raises OSError where it cannot be started again, TimeoutError when it does not answer
        `within` seconds, TooMuch, and CommandFailed when it ended badly; it is over then.
        """
        if self._child.poll() is not None:
            self.close()
            self._start()
        try:
            return self._answered(given.encode(), monotonic() + within)
        except BaseException:
            self._end(0.0)
            raise

    def close(self) -> None:
        """Let the command end."""
        self._end(_GOODBYE)

    def _start(self) -> None:
        pipe = subprocess.PIPE
        self._child = subprocess.Popen(  # noqa: S603  no shell
            self._words, stdin=pipe, stdout=pipe, stderr=pipe, bufsize=0
        )
        self._into, self._out, self._errors = map(
            _opened, (self._child.stdin, self._child.stdout, self._child.stderr)
        )
        for one in (self._into, self._out, self._errors):
            os.set_blocking(one.fileno(), False)
        self._left = memoryview(self._greeting)
        self._flush()

    def _answered(self, given: bytes, deadline: float) -> str:
        self._left = memoryview(bytes(self._left) + given)
        said, complained = bytearray(), bytearray()
        with DefaultSelector() as awaited:
            awaited.register(self._into, EVENT_WRITE, self._flush)
            awaited.register(self._out, EVENT_READ, lambda: _read(self._out, said))
            awaited.register(self._errors, EVENT_READ, lambda: _read(self._errors, complained))
            while self._out in awaited.get_map():
                ready = awaited.select(max(0.0, deadline - monotonic()))
                if not ready or monotonic() > deadline:
                    raise TimeoutError
                for key, _ in ready:
                    part = key.data()
                    if part == b"":
                        awaited.unregister(key.fileobj)
                    elif key.fileobj is self._out and part and b"\n" in part:
                        return said.partition(b"\n")[0].decode(errors="replace")
        return self._last(said, complained, deadline)

    def _flush(self) -> bytes:
        """Give as much as the command takes now; the first of what is left, empty for nothing."""
        try:
            taken = self._into.write(self._left[:_PIECE]) or 0
        except OSError:  # it does not read any more: its end says why
            taken = len(self._left)
        self._left = self._left[taken:]
        return bytes(self._left[:1])

    def _last(self, said: bytearray, complained: bytearray, deadline: float) -> str:
        """What a command had written when it closed its output. Raises CommandFailed."""
        try:
            self._child.wait(max(0.0, deadline - monotonic()))
        except subprocess.TimeoutExpired as error:
            raise TimeoutError from error
        while _read(self._errors, complained):
            pass
        status = self._child.returncode
        if status != 0:
            raise CommandFailed(complaint(status, complained.decode(errors="replace")))
        return said.decode(errors="replace")

    def _end(self, within: float) -> None:
        """End the command, and leave neither it nor a pipe behind."""
        with suppress(OSError, ValueError):  # ValueError: it is closed already
            self._into.write(b"\n")
        with suppress(OSError):
            self._into.close()
        try:
            self._child.wait(within)
        except BaseException as error:
            self._child.kill()
            self._child.wait()
            if not isinstance(error, subprocess.TimeoutExpired):
                raise
        finally:
            self._out.close()
            self._errors.close()


def _opened(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # noqa: S101  it was asked for
    return pipe


def _read(pipe: IO[bytes], said: bytearray) -> bytes | None:
    """What a pipe has now, added to `said` too; None for nothing, empty at its end.

    Raises TooMuch.
    """
    part = pipe.read(_PIECE)
    said += part or b""
    if len(said) > LARGEST:
        raise TooMuch
    return part
