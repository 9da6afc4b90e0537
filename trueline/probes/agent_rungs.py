"""How a step of a conversation goes: how far it came, and how it ended.

A part of the probe code of every vantage point (see `agent`).
"""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from typing import Any

_REASONS = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.EPIPE: "reset",
    errno.ENETUNREACH: "unreachable",
    errno.EHOSTUNREACH: "unreachable",
    errno.ETIMEDOUT: "timed out",
}


class Ended(Exception):
    """A step ended before it was answered."""

    def __init__(self, outcome: str, detail: str = "") -> None:
        super().__init__(outcome)
        self.outcome, self.detail = outcome, detail


def why(error: BaseException) -> Ended:
    """How a step ended that was broken off by an error."""
    if isinstance(error, Ended):
        return error
    if isinstance(error, (asyncio.TimeoutError, TimeoutError)):
        return Ended("timed out")
    if isinstance(error, socket.gaierror):
        return Ended("unresolved", str(error.strerror or error))
    if isinstance(error, ssl.SSLError):
        return Ended("tls failed", str(error.reason or error.args[-1]))
    if isinstance(error, (asyncio.IncompleteReadError, ConnectionResetError)):
        return Ended("reset", str(error))
    if isinstance(error, OSError):
        return Ended(_REASONS.get(error.errno or 0, "failed"), str(error))
    return Ended("failed", f"{type(error).__name__}: {error}")


class Rungs:
    """How far a step came, and how long each rung took."""

    def __init__(self, reply: dict[str, Any]) -> None:
        self._reply = reply
        self.again()

    def again(self) -> None:
        """The next rung begins only now."""
        self._began = time.monotonic()

    def reached(self, name: str) -> None:
        """A rung held."""
        self._reply["reached"] = name
        self.ended(name)

    def ended(self, name: str) -> None:
        """A rung took until now."""
        now = time.monotonic()
        self._reply["seconds"][name] = round(now - self._began, 5)
        self._began = now


def next_rung(reached: Any, transport: str) -> str:
    """The rung that did not hold, from the last one that did."""
    if reached == "route" and transport == "udp":
        return "answer"
    if reached == "tcp" and transport != "tls":
        return "answer"
    return {None: "resolve", "resolve": "route", "route": "tcp", "tcp": "tls"}.get(
        reached, "answer"
    )
