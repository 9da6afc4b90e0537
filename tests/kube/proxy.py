"""An HTTP proxy on the loopback interface that leads every CONNECT to one server."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit


@dataclass
class Proxied:
    """`asked` is every HOST:PORT that was asked for, `logins` what was said of who one is."""

    url: str = ""
    asked: set[str] = field(default_factory=set)
    logins: set[str] = field(default_factory=set)


@contextmanager
def proxy(server: str, *, refuses: int = 0) -> Iterator[Proxied]:
    """A proxy that leads to the port of `server` whatever it is asked for, or refuses."""
    told = Proxied()
    port = urlsplit(server).port

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            told.asked.add(self.path)
            told.logins.add(self.headers.get("proxy-authorization", ""))
            if refuses:
                self.send_error(refuses)
                return
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)) as there:
                self.send_response(200)
                self.end_headers()
                _splice(self.connection, there)
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    told.url = f"http://127.0.0.1:{listener.server_port}"
    thread = Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


def _splice(one: socket.socket, other: socket.socket) -> None:
    """Carry bytes both ways until one side ends."""
    ways = {one: other, other: one}
    while True:
        for ready in select.select(list(ways), [], [])[0]:
            data = ready.recv(65536)
            if not data:
                return
            ways[ready].sendall(data)
