"""An API on the loopback interface that knows one thing: exec over a WebSocket (RFC 6455)."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.kube.api import Pki

STDOUT, STDERR, STATUS = 1, 2, 3
SUCCESS = {"metadata": {}, "status": "Success"}
FAILURE = {"status": "Failure", "message": "command terminated with exit code 1"}
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
PATIENCE = 10.0  # seconds; a test that waits so long has failed


@dataclass
class Caller:
    """The other side of one connection."""

    socket: socket.socket
    head: str

    def header(self, name: str) -> str:
        lines = (line.partition(": ") for line in self.head.split("\r\n"))
        return next(value for key, _, value in lines if key.lower() == name)

    def refuse(self, line: str, body: dict[str, Any] | None = None) -> None:
        raw = json.dumps(body).encode() if body else b""
        text = f"HTTP/1.1 {line}\r\nContent-Length: {len(raw)}\r\n\r\n"
        self.socket.sendall(text.encode() + raw)

    def accept(self) -> None:
        key = hashlib.sha1((self.header("sec-websocket-key") + _GUID).encode()).digest()
        self.socket.sendall(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Protocol: v4.channel.k8s.io\r\nSec-WebSocket-Accept: "
            + base64.b64encode(key)
            + b"\r\n\r\n"
        )

    def say(self, channel: int, text: str) -> None:
        self.socket.sendall(_message(channel, text))

    def heard(self) -> None:
        """Wait until the caller says that it has the line."""
        assert self.socket.recv(4096)

    def length(self) -> int:
        """Wait until what the caller writes ends with a line; how many bytes that were."""
        data = b""
        while not data.endswith(b"\n"):
            size = self._exactly(2)[1] & 127
            if size > 125:
                size = int.from_bytes(self._exactly(2 if size == 126 else 8), "big")
            mask = self._exactly(4)
            masked = self._exactly(size)
            data += bytes(one ^ mask[place % 4] for place, one in enumerate(masked))
        return len(data)

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            assert part
            data += part
        return data

    def end(self, status: dict[str, Any] | None = None, line: str = "") -> None:
        """Tell how the command ended, and close as RFC 6455, section 5.5.1, asks.

        The last line of the command, where one is given, arrives together with its end.
        """
        said = _message(STDOUT, line) if line else b""
        if status is not None:
            said += _message(STATUS, json.dumps(status))
        self.socket.sendall(said + b"\x88\x02\x03\xe8")


def _message(channel: int, text: str) -> bytes:
    data = bytes([channel]) + text.encode()
    return bytes([0x82, len(data)]) + data


Script = Callable[[Caller], None]


@dataclass
class Shell:
    """Answers each of its turns by the script, then waits for the caller to hang up."""

    script: Script
    pki: Pki | None = None
    turns: int = 1
    url: str = ""
    asked: dict[str, list[str]] = field(default_factory=dict)
    token: str = ""
    acting: list[str] = field(default_factory=list)
    hung_up: Event = field(default_factory=Event)

    def __enter__(self) -> Shell:
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(PATIENCE)
        scheme = "https" if self.pki else "http"
        self.url = f"{scheme}://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(PATIENCE)
        self._server.close()

    def _serve(self) -> None:
        for _ in range(self.turns):
            self._serve_one()

    def _serve_one(self) -> None:
        plain, _ = self._server.accept()
        plain.settimeout(PATIENCE)
        with suppress(OSError), self._wrapped(plain) as connection:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                byte = connection.recv(1)
                if not byte:
                    return
                head += byte
            caller = Caller(connection, head.decode())
            path = caller.head.split(" ", 2)[1]
            self.asked = {"path": [urlsplit(path).path], **parse_qs(urlsplit(path).query)}
            lines = caller.head.split("\r\n")
            self.acting = [line for line in lines if line.lower().startswith("impersonate-")]
            with suppress(StopIteration):
                self.token = caller.header("authorization")
            self.script(caller)
            while connection.recv(4096):
                pass
            self.hung_up.set()

    def _wrapped(self, plain: socket.socket) -> socket.socket:
        if self.pki is None:
            return plain
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.pki.certificate, self.pki.key)
        try:
            return context.wrap_socket(plain, server_side=True)
        except OSError:
            plain.close()
            raise
