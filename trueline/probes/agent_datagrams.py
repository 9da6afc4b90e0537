"""Questions that are one datagram each, and how many of them a server has to bear at a time.

A part of the probe code of every vantage point (see `agent`).
"""

from __future__ import annotations

import asyncio
import socket
from typing import Any

ASKED = 100  # questions to one server at a time
SENT = 2  # times, at most: one datagram may be lost without anybody being at fault


class Server:
    """Lets so many questions at a time pass to one server.

    All may pass once nothing has been heard of it when a question should have been answered: there
    is nobody to be overwhelmed, and every question still has to be asked, for a server may be
    silent about some names alone.
    """

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(ASKED)
        self._waiting = 0
        self._heard = self._open = False

    async def __aenter__(self) -> Server:
        """Wait for a turn."""
        self._waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self._waiting -= 1
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give the turn to the next question."""
        self._turns.release()

    def spoke(self) -> None:
        """It gave an answer."""
        self._heard = True

    def silent(self) -> None:
        """It left a question without an answer."""
        if not self._heard and not self._open:
            self._open = True
            for _ in range(self._waiting):
                self._turns.release()


async def asked(sock: socket.socket, data: bytes, patience: float, server: Any = None) -> Any:
    """The first datagram that comes back on a connected socket; None when none does.

    `patience` is for how many seconds an answer is awaited, `server` what hears of it. Raises
    OSError, where a host says that nobody listens there.
    """
    loop, number = asyncio.get_running_loop(), sock.fileno()
    got: asyncio.Future[bytes] = loop.create_future()

    def readable() -> None:
        try:
            received = sock.recv(65536)
        except BlockingIOError:  # the kernel found its checksum wrong
            return
        except OSError as error:
            got.set_exception(error)
        else:
            got.set_result(received)
        loop.remove_reader(number)

    loop.add_reader(number, readable)
    try:
        for _ in range(SENT):
            sock.send(data)
            done, _pending = await asyncio.wait({got}, timeout=patience / SENT)
            if done:
                if server is not None:
                    server.spoke()
                return got.result()
            if server is not None:
                server.silent()
    finally:
        loop.remove_reader(number)
    return None
