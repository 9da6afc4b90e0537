"""A relay in front of a cluster's API that spoils some of its answers; it runs in the lab's runner.

python -m tools.resilience.relay KUBECONFIG CONTEXT HOW FOLDER

It listens on a port of the loopback interface, which it writes to FOLDER/port, and goes on until it
is ended. What it passes on it asks with the credentials of the kubeconfig. HOW is one of HOWS.
"""

from __future__ import annotations

import json
import socket
import sys
from contextlib import suppress
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from trueline.probes.kube_client import PAGE
from trueline.probes.kube_way import Way, way_to

HOWS = ("fails", "is busy", "is slow", "cuts lists short", "forgets lists")
_EVERY = 3  # one answer in so many is an error
_LATE = 1.5  # seconds
_PAGE = "limit=2"
_LONGEST = 120.0  # seconds that a connection may say nothing
_CHUNK = 1 << 16


def spoiled(how: str, number: int, path: str) -> tuple[int, str] | None:
    """The status and the message that a request gets instead of an answer; `number` counts them."""
    if how == "fails" and number % _EVERY == 0:
        return 500, "etcdserver: request timed out"
    if how == "is busy" and number % _EVERY == 0:
        return 429, "too many requests, please try again later"
    if how == "forgets lists" and "continue" in parse_qs(urlsplit(path).query):
        return 410, "The provided continue parameter is too old to display a consistent list result"
    return None


def asked(how: str, path: str) -> str:
    """The path as it is passed on: lists that are to be forgotten come in small pages."""
    return path.replace(f"limit={PAGE}", _PAGE) if how == "forgets lists" else path


def handler(way: Way, how: str) -> type[BaseHTTPRequestHandler]:
    """What answers: as the API does, but for what HOW says."""
    if way.tls is None:
        raise ValueError("what is relayed goes by TLS")
    numbers, tls = count(1), way.tls

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = _LONGEST

        def _pass_on(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(size) if size else None
            if "upgrade" in self.headers.get("Connection", "").lower():
                self._tunnel()
                return
            error = spoiled(how, next(numbers), self.path)
            if error is not None:
                self._say(error[0], _status(*error), {"Retry-After": "1"})
                return
            if how == "is slow":
                Event().wait(_LATE)
            there = HTTPSConnection(way.host, way.port, context=tls, timeout=_LONGEST)
            try:
                headers = {k: v for k, v in self.headers.items() if k.lower() not in _OWN}
                there.request(self.command, asked(how, self.path), body, headers)
                answer = there.getresponse()
                said = answer.read()
                kind = {"Content-Type": answer.headers.get("Content-Type", "application/json")}
            finally:
                there.close()
            cut = how == "cuts lists short" and "limit=" in self.path
            self._say(answer.status, said, kind, cut=cut)

        def _say(
            self, status: int, body: bytes, headers: dict[str, str], *, cut: bool = False
        ) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if cut else body)
            self.close_connection = cut

        def _tunnel(self) -> None:
            self.close_connection = True
            plain = socket.create_connection((way.host, way.port), timeout=_LONGEST)
            with tls.wrap_socket(plain, server_hostname=way.name) as there:
                lines = [f"{k}: {v}" for k, v in self.headers.items() if k.lower() != "host"]
                head = [f"{self.command} {self.path} HTTP/1.1", f"Host: {way.host}", *lines]
                there.sendall("\r\n".join([*head, "", ""]).encode("latin-1"))
                back = Thread(target=_carry, args=(there, self.connection), daemon=True)
                back.start()
                _carry(self.connection, there)
                back.join(_LONGEST)

        def log_message(self, *_: Any) -> None:
            """Nothing is told of requests: they hold names."""

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        setattr(Handler, f"do_{method}", Handler._pass_on)
    return Handler


_OWN = ("host", "connection", "content-length", "accept-encoding", "authorization")


def _carry(source: socket.socket, sink: socket.socket) -> None:
    """Carry bytes from one to the other until one side ends."""
    with suppress(OSError):
        while data := source.recv(_CHUNK):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _status(code: int, message: str) -> bytes:
    told = {"kind": "Status", "status": "Failure", "message": message, "code": code}
    return json.dumps(told).encode()


def main() -> None:
    """Relay until ended."""
    kubeconfig, context, how, folder = sys.argv[1:]
    if how not in HOWS:
        sys.exit(f"no {how!r} among {', '.join(HOWS)}")
    home = Path(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(way_to(context, kubeconfig), how))
    server.daemon_threads = True
    part = home / "port.part"
    part.write_text(str(server.server_port), encoding="utf-8")
    part.rename(home / "port")
    server.serve_forever()


if __name__ == "__main__":
    main()
