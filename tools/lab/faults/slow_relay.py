"""A DNS forwarder that takes its time: `slow_relay.py UPSTREAM SECONDS`, UDP on port 53.

The text of this module runs in a machine of the lab, on the standard library alone.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

PORT = 53


class Upstream(asyncio.DatagramProtocol):
    """One question on its way: sent at once when connected, the answer given to who asked."""

    def __init__(self, question: bytes, reply: Any) -> None:
        self.question, self.reply = question, reply

    def connection_made(self, transport: Any) -> None:
        """Ask."""
        self.transport = transport
        transport.sendto(self.question)

    def datagram_received(self, data: bytes, _: Any) -> None:
        """Give the answer on."""
        self.reply(data)
        self.transport.close()


class Relay(asyncio.DatagramProtocol):
    """The server: every question waits before it is forwarded."""

    def __init__(self, upstream: str, delay: float) -> None:
        self.upstream, self.delay = upstream, delay
        self.tasks: set[asyncio.Task[Any]] = set()

    def connection_made(self, transport: Any) -> None:
        """Remember where to answer."""
        self.transport = transport

    def datagram_received(self, data: bytes, asker: Any) -> None:
        """Forward it, later."""
        loop = asyncio.get_running_loop()
        loop.call_later(self.delay, self._forward, data, asker)

    def _forward(self, data: bytes, asker: Any) -> None:
        loop = asyncio.get_running_loop()
        opening = loop.create_datagram_endpoint(
            lambda: Upstream(data, lambda answer: self.transport.sendto(answer, asker)),
            remote_addr=(self.upstream, PORT),
        )
        task = loop.create_task(opening)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


async def serve(upstream: str, delay: float) -> None:
    """Serve for ever."""
    everywhere = "::" if ":" in upstream else "0.0.0.0"
    await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Relay(upstream, delay), local_addr=(everywhere, PORT)
    )
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], float(sys.argv[2])))
