"""How many conversations may be under way at a time, by what they cost and whom.

A part of the probe code of every vantage point (see `agent`).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict, deque
from typing import Any

from trueline.probes.agent_datagrams import ears
from trueline.probes.agent_names import numeric

ASKED = 100  # questions to one server at a time
WAITING = 400  # connections in flight: they cost next to nothing but time
TALKING = 64  # conversations in flight: each costs the processor, and delays the others' time-outs
STALE = 0.5  # seconds after which an unused connection is made anew: servers close those in the end


class Server:
    """One server, and the conversations that begin with a datagram to it: so many at a time.

    All that are left begin once nothing has been heard of it when a question should have been
    answered: there is nobody to be overwhelmed, and every question still has to be asked, for a
    server may be silent about some names alone.
    """

    def __init__(self) -> None:
        self._left: deque[Any] = deque()
        self._workers: list[Any] = []
        self._open = False
        self.heard = False
        self.ears: Any = None

    def add(self, conversation: Any) -> None:
        """One more that is to be held; a function that holds it."""
        self._left.append(conversation)

    async def all(self) -> None:
        """Hold every conversation; there are ears for it meanwhile."""
        with contextlib.closing(ears()) as self.ears:
            self._begin(ASKED)
            while self._workers:  # more are added while these are awaited
                await self._workers.pop()

    def spoke(self) -> None:
        """It gave an answer."""
        self.heard = True

    def silent(self) -> None:
        """It left a question without an answer."""
        if not self.heard and not self._open:
            self._open = True
            self._begin(len(self._left))

    @property
    def deaf(self) -> bool:
        """Whether it was asked before and was never heard."""
        return self._open and not self.heard

    def _begin(self, most: int) -> None:
        many = min(most, len(self._left))
        self._workers += [asyncio.ensure_future(self._work()) for _ in range(many)]

    async def _work(self) -> None:
        while self._left:
            await self._left.popleft()()


class Turns:
    """The turns of a batch."""

    def __init__(self) -> None:
        self.talking, self._waiting = asyncio.Semaphore(TALKING), asyncio.Semaphore(WAITING)
        self._servers: Any = defaultdict(lambda: asyncio.Semaphore(TALKING))

    def to(self, step: Any) -> Any:
        """The turn of a conversation with the server of its first step, which comes before.

        A server has a queue for connections that it has not accepted yet, of 128 as a rule.
        """
        return self._servers[step["host"], step.get("port")]

    def of(self, step: Any) -> Any:
        """The turn of a conversation by its first step: to wait for a connection, or to talk.

        Who waits for a connection has to take a turn to talk once it is there. Names are looked up
        by those alone who may talk: a resolver that is asked hundreds at once loses some.
        """
        waits = step["transport"] in ("tcp", "tls") and numeric(step["host"]) is not None
        return self._waiting if waits else self.talking
