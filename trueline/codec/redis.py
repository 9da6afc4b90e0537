"""The Redis protocol (RESP), as far as a stranger gets: what a server says to the first words."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from trueline.model.probe import Reply, Step

_WORDS = b"PING\r\nDBSIZE\r\nQUIT\r\n"


class NotRedis(Exception):
    """What came back is not Redis; the text says what it begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAnswer:
    """What a server said to PING, and to DBSIZE (None where it had hung up by then).

    `open` when it serves who has not logged in; `guarded` when it refuses everybody from other
    hosts (protected mode).
    """

    ping: str
    size: str | None

    @property
    def open(self) -> bool:
        """Whether a stranger may ask for data."""
        return self.size is not None and self.size.startswith(":")

    @property
    def guarded(self) -> bool:
        """Whether it runs in protected mode, without a password and for its own host alone."""
        return self.ping.startswith("-DENIED")


def step(host: str, port: int) -> Step:
    """The step in which a stranger pings, asks for the number of keys, and leaves."""
    send = base64.b64encode(_WORDS).decode()
    return Step(transport="tcp", host=host, port=port, send=send, read="close")


def answer(reply: Reply) -> RedisAnswer:
    """What a Redis server said. Raises NotRedis."""
    data = base64.b64decode(reply.received)
    lines = data.decode(errors="replace").split("\r\n")
    if data[:1] not in (b"+", b"-", b":") or len(lines) < 2:
        start = data[:40].decode(errors="replace")
        raise NotRedis(f"no Redis, it begins with {start!r}")
    return RedisAnswer(ping=lines[0], size=lines[1] or None)
