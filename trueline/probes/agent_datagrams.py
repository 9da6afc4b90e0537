"""Questions that are one datagram each.

A part of the probe code of every vantage point (see `agent`).
"""

from __future__ import annotations

import asyncio
import math
import select
import socket
from typing import Any

SENT = 2  # times, at most: one datagram may be lost without anybody being at fault
TICKS = 100  # of a second, in which it is told who is late
HURRIED = 0.5  # of its time has a question to a server that was asked before and never heard


class Loop:
    """Who waits for datagrams, in the loop that runs: by a reader of it for each socket.

    What is late within the same hundredth of a second shares a timer.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._late: dict[int, list[Any]] = {}

    def later(self, delay: float, late: Any) -> None:
        """Call `late` in so many seconds, or a hundredth more; nobody can call it off."""
        tick = math.ceil((self._loop.time() + delay) * TICKS)
        if tick not in self._late:
            self._late[tick] = []
            self._loop.call_at(tick / TICKS, self._over, tick)
        self._late[tick].append(late)

    def _over(self, tick: int) -> None:
        for late in self._late.pop(tick):
            late()

    def listen(self, sock: socket.socket, heard: Any) -> None:
        """Call `heard` whenever a socket has something to read."""
        self._loop.add_reader(sock, heard)

    def leave(self, sock: socket.socket) -> None:
        """Nobody waits there any more."""
        self._loop.remove_reader(sock)

    def close(self) -> None:
        """Nobody waits anywhere any more."""


class Ears(Loop):
    """As `Loop`, with one reader for all sockets, where the system has epoll.

    To add a reader for every question and to remove it took as much of a processor as all else of
    it together.
    """

    def __init__(self) -> None:
        super().__init__()
        self._heard: dict[int, Any] = {}
        self._poll = select.epoll()
        self._loop.add_reader(self._poll, self._ready)

    def listen(self, sock: socket.socket, heard: Any) -> None:
        """As `Loop.listen`."""
        self._poll.register(sock, select.EPOLLIN)
        self._heard[sock.fileno()] = heard

    def leave(self, sock: socket.socket) -> None:
        """As `Loop.leave`."""
        self._poll.unregister(sock)
        del self._heard[sock.fileno()]

    def close(self) -> None:
        """As `Loop.close`."""
        self._loop.remove_reader(self._poll)
        self._poll.close()

    def _ready(self) -> None:
        for number, _ in self._poll.poll(0):
            self._heard[number]()


def ears() -> Any:
    """Who waits for datagrams in this loop, until it is closed."""
    return Ears() if hasattr(select, "epoll") else Loop()


class _Question:
    """A datagram that waits for an answer on a connected socket."""

    def __init__(
        self, sock: socket.socket, data: bytes, patience: float, server: Any, later: Any
    ) -> None:
        self._sock, self._data, self._server, self._later = sock, data, server, later
        self.got: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        hurried = server is not None and server.deaf
        self._patience = patience * (HURRIED if hurried else 1.0)
        self._rest = patience - self._patience
        self._left = SENT
        self._send()

    def _send(self) -> None:
        self._sock.send(self._data)
        self._left -= 1
        self._later(self._patience / SENT, self._late)

    def _late(self) -> None:
        if self.got.done():
            return
        if self._server is not None:
            self._server.silent()
        if self._left:
            try:
                self._send()
            except OSError as error:
                self.got.set_exception(error)
        elif self._rest and self._server.heard:
            # It is slow and not silent: whoever was hurried has the rest of its time.
            self._later(self._rest, self._late)
            self._rest = 0.0
        else:
            self.got.set_result(None)

    def readable(self) -> None:
        """Something has come."""
        if self.got.done():
            return
        try:
            received = self._sock.recv(65536)
        except BlockingIOError:  # the kernel found its checksum wrong
            return
        except OSError as error:
            self.got.set_exception(error)
            return
        if self._server is not None:
            self._server.spoke()
        self.got.set_result(received)


async def asked(sock: socket.socket, data: bytes, patience: float, server: Any = None) -> Any:
    """The first datagram that comes back on a connected socket; None when none does.

    `patience` is for how many seconds an answer is awaited, `server` what hears of it and has the
    ears for it. Raises OSError, where a host says that nobody listens there.
    """
    waiting = Loop() if server is None else server.ears
    question = _Question(sock, data, patience, server, waiting.later)
    waiting.listen(sock, question.readable)
    try:
        return await question.got
    finally:
        waiting.leave(sock)
