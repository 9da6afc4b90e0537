"""A relay in front of a cluster's API that spoils some of its answers; it runs in the lab's runner.

python -m tools.resilience.relay KUBECONFIG CONTEXT HOW FOLDER

It listens on a port of the loopback interface, which it writes to FOLDER/port, and goes on until it
is ended. What it passes on it asks with the credentials of the kubeconfig. HOW is one of HOWS.
"""

from __future__ import annotations

import base64
import json
import socket
import ssl
import sys
from contextlib import suppress
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml

HOWS = ("fails", "is busy", "is slow", "cuts lists short", "forgets lists")
_EVERY = 3  # one answer in so many is an error
_LATE = 1.5  # seconds
_PAGE = "limit=2"
_LONGEST = 120.0  # seconds that a connection may say nothing
_CHUNK = 1 << 16


class Upstream:
    """The API behind the relay: where it is, and who the relay says it is."""

    def __init__(self, kubeconfig: Path, context: str, folder: Path) -> None:
        told = yaml.safe_load(kubeconfig.read_text(encoding="utf-8"))
        chosen = _named(told["contexts"], context)["context"]
        cluster = _named(told["clusters"], chosen["cluster"])["cluster"]
        user = _named(told["users"], chosen["user"])["user"]
        server = urlsplit(cluster["server"])
        self.host, self.port = str(server.hostname), server.port or 443
        self.tls = ssl.create_default_context(cadata=_decoded(cluster, "certificate-authority"))
        own = folder / "own.pem"  # ssl takes it from a file alone
        own.touch(mode=0o600)
        try:
            own.write_text(_decoded(user, "client-certificate") + _decoded(user, "client-key"))
            self.tls.load_cert_chain(own)
        finally:
            own.unlink()

    def connection(self) -> HTTPSConnection:
        """A new connection."""
        return HTTPSConnection(self.host, self.port, context=self.tls, timeout=_LONGEST)

    def socket(self) -> ssl.SSLSocket:
        """A new connection, for what is no HTTP after its first lines."""
        plain = socket.create_connection((self.host, self.port), timeout=_LONGEST)
        return self.tls.wrap_socket(plain, server_hostname=self.host)


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
    return path.replace("limit=500", _PAGE) if how == "forgets lists" else path


def handler(upstream: Upstream, how: str) -> type[BaseHTTPRequestHandler]:
    """What answers: as the API does, but for what HOW says."""
    numbers = count(1)

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
            way = upstream.connection()
            try:
                headers = {k: v for k, v in self.headers.items() if k.lower() not in _OWN}
                way.request(self.command, asked(how, self.path), body, headers)
                answer = way.getresponse()
                said = answer.read()
                kind = {"Content-Type": answer.headers.get("Content-Type", "application/json")}
            finally:
                way.close()
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
            with upstream.socket() as there:
                lines = [f"{k}: {v}" for k, v in self.headers.items() if k.lower() != "host"]
                head = [f"{self.command} {self.path} HTTP/1.1", f"Host: {upstream.host}", *lines]
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


def _named(entries: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(entry for entry in entries if entry["name"] == name)


def _decoded(entry: dict[str, Any], name: str) -> str:
    return base64.b64decode(entry[f"{name}-data"]).decode()


def main() -> None:
    """Relay until ended."""
    kubeconfig, context, how, folder = sys.argv[1:]
    if how not in HOWS:
        sys.exit(f"no {how!r} among {', '.join(HOWS)}")
    home = Path(folder)
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), handler(Upstream(Path(kubeconfig), context, home), how)
    )
    server.daemon_threads = True
    part = home / "port.part"
    part.write_text(str(server.server_port), encoding="utf-8")
    part.rename(home / "port")
    server.serve_forever()


if __name__ == "__main__":
    main()
