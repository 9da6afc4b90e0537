"""Whether addresses answer on the wire, asked from the runner, all at once."""

from __future__ import annotations

import errno
import selectors
import socket
import time
from collections.abc import Iterable

from tools.lab import netns

Endpoint = tuple[str, int]


def answering(pid: int, endpoints: Iterable[Endpoint], *, window: float = 0.5) -> set[Endpoint]:
    """The (address, TCP port) pairs that accept a connection within `window` seconds.

    The connections are made in the network namespace of process `pid`, and overlap.
    """
    wanted = list(endpoints)
    return netns.inside(pid, lambda: _connect(wanted, window))


def _connect(endpoints: list[Endpoint], window: float) -> set[Endpoint]:
    accepted: set[Endpoint] = set()
    with selectors.DefaultSelector() as selector:
        for endpoint in endpoints:
            family = socket.AF_INET6 if ":" in endpoint[0] else socket.AF_INET
            plug = socket.socket(family, socket.SOCK_STREAM)
            plug.setblocking(False)
            if plug.connect_ex(endpoint) in (0, errno.EINPROGRESS):
                selector.register(plug, selectors.EVENT_WRITE, endpoint)
            else:
                plug.close()
        deadline = time.monotonic() + window
        while selector.get_map() and (left := deadline - time.monotonic()) > 0:
            for key, _ in selector.select(left):
                plug = key.fileobj  # type: ignore[assignment]
                if plug.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                    accepted.add(key.data)
                selector.unregister(plug)
                plug.close()
        for key in list((selector.get_map() or {}).values()):
            key.fileobj.close()  # type: ignore[union-attr]
    return accepted
