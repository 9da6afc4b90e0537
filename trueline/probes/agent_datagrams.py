"""Questions that are one datagram each.

A part of the probe code of every vantage point (see `agent`).
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

SENT = 2  # times, at most: one datagram may be lost without anybody being at fault
HURRIED = 0.5  # of its time has a question to a server that was asked before and never heard


class _Question:
    """A datagram that waits for an answer on a connected socket."""

    def __init__(self, sock: socket.socket, data: bytes, patience: float, server: Any) -> None:
        self._sock, self._data, self._server = sock, data, server
        self._loop = asyncio.get_running_loop()
        self.got: asyncio.Future[Any] = self._loop.create_future()
        hurried = server is not None and server.deaf
        self._patience = patience * (HURRIED if hurried else 1.0)
        self._rest = patience - self._patience
        self._left = SENT
        self._send()

    def _send(self) -> None:
        self._sock.send(self._data)
        self._left -= 1
        self.timer = self._loop.call_later(self._patience / SENT, self._late)

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
            self.timer = self._loop.call_later(self._rest, self._late)
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

    `patience` is for how many seconds an answer is awaited, `server` what hears of it. Raises
    OSError, where a host says that nobody listens there.
    """
    loop, number = asyncio.get_running_loop(), sock.fileno()
    question = _Question(sock, data, patience, server)
    loop.add_reader(number, question.readable)
    try:
        return await question.got
    finally:
        question.timer.cancel()
        loop.remove_reader(number)
