"""Names and addresses, as the resolver of the vantage point has them.

A part of the probe code of every vantage point (see `agent`).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import threading
from typing import Any


@functools.lru_cache(maxsize=1024)  # a server is asked many questions
def numeric(host: str) -> Any:
    """What an address, which needs no resolver, comes to; None for a name, whatever it is."""
    try:
        return socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
    except (socket.gaierror, ValueError):  # ValueError: what could be no name either
        return None


async def looked_up(host: str, port: Any, kind: int) -> Any:
    """As `socket.getaddrinfo`, each name in a thread of its own; nobody waits for it at the end.

    The loop's own pool has few threads, and a resolver that is silent holds each for many seconds:
    all other conversations would wait behind it, and the end of the batch too.
    """
    loop = asyncio.get_running_loop()
    found = loop.create_future()

    def settle(value: Any, error: Any) -> None:
        if found.done():
            return
        if error is None:
            found.set_result(value)
        else:
            found.set_exception(error)

    def work() -> None:
        value: Any = None
        error: Any = None
        try:
            value = socket.getaddrinfo(host, port, type=kind)
        except Exception as raised:  # noqa: BLE001 - raised again where it is awaited
            error = raised
        with contextlib.suppress(RuntimeError):  # the batch has ended without this answer
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=work, daemon=True).start()
    return await found
