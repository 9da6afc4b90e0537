"""Collect all suites and run none: what was imported for it, and whether a socket was connected.

Given `words`, what pytest is given.
"""

from __future__ import annotations

import contextlib
import io
import sys

import pytest

from tools.bench.acts.telling import given, tell

HEAVY = ("scapy.all", "scapy.layers.l2", "kubernetes.client.api.core_v1_api", "kubernetes")
EVENTS = ("socket.connect", "socket.sendto", "socket.getaddrinfo")


class Counter:
    """Counts what was collected."""

    items = 0

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """All is collected."""
        self.items = len(session.items)


def main() -> None:
    """Collect, and tell."""
    connected: list[str] = []

    def hear(event: str, _: object) -> None:
        if event in EVENTS:
            connected.append(event)

    sys.addaudithook(hear)
    counter = Counter()
    with contextlib.redirect_stdout(io.StringIO()):
        status = pytest.main(given()["words"], plugins=[counter])
    tell(
        status=int(status),
        items=counter.items,
        heavy=[name for name in HEAVY if name in sys.modules],
        connected=connected,
    )


if __name__ == "__main__":
    main()
