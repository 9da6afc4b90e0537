"""The channels of a command in a pod, over a WebSocket (v4.channel.k8s.io).

Each message begins with the number of its channel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from trueline.probes.kube_way import Way

STDIN, STDOUT, STDERR, STATUS = 0, 1, 2, 3
_PROTOCOL = "v4.channel.k8s.io"
_GOODBYE = 0.2  # seconds for the other side to confirm that the connection ends
_PIECE = 16384  # bytes of standard input in one message


@dataclass
class Session:
    """A running command: what was heard of it on each channel, and whether it may say more."""

    socket: Any
    open: bool = True
    _heard: dict[int, bytes] = field(default_factory=lambda: defaultdict(bytes))

    def write(self, text: str) -> None:
        """Write to the command's standard input."""
        data = text.encode()
        for start in range(0, len(data), _PIECE):
            self.socket.send_binary(bytes([STDIN]) + data[start : start + _PIECE])

    def line(self, deadline: float) -> str:
        """The first line of standard output, without its end; empty where there was none."""
        while self.open and b"\n" not in self._heard[STDOUT]:
            self._listen(deadline)
        line, end, _ = self._heard[STDOUT].partition(b"\n")
        return line.decode(errors="replace") if end else ""

    def end(self, deadline: float) -> None:
        """Listen until the command has ended."""
        while self.open:
            self._listen(deadline)

    def said(self, channel: int) -> str:
        """All that was heard on a channel."""
        return self._heard[channel].decode(errors="replace")

    def close(self) -> None:
        """End the connection."""
        self.socket.close(timeout=_GOODBYE)
        self.socket.shutdown()  # close() does nothing when the server was the first to end it

    def _listen(self, deadline: float) -> None:
        """Take one message. Raises TimeoutError and what the library raises."""
        from websocket import ABNF

        self.socket.settimeout(_left(deadline))
        kind, frame = self.socket.recv_data_frame(control_frame=True)
        if kind == ABNF.OPCODE_CLOSE:
            self.open = False
        elif kind in (ABNF.OPCODE_BINARY, ABNF.OPCODE_TEXT) and frame.data:
            self._heard[frame.data[0]] += frame.data[1:]


def start(way: Way, path: str, query: Sequence[tuple[str, str]], deadline: float) -> Session:
    """Have a command started; it may take until `deadline`, on the monotonic clock.

    Raises OSError, TimeoutError and what websocket-client raises.
    """
    from websocket import WebSocket

    url = f"ws{way.server.removeprefix('http')}{path}?{urlencode(query)}"
    session: Any = WebSocket()
    headers = [f"{name}: {value}" for name, value in way.credentials.headers]
    socket = _socket(way, deadline)
    try:
        session.connect(
            url,
            socket=socket,
            timeout=_left(deadline),
            header=headers,
            subprotocols=[_PROTOCOL],
            suppress_origin=True,
            redirect_limit=0,  # the credentials are for this server
        )
    except BaseException:
        socket.close()
        raise
    return Session(session)


def _socket(way: Way, deadline: float) -> Any:
    """A connection to the API server, through its proxy where there is one."""
    from urllib3 import make_headers

    host, port = way.host, way.port
    if way.proxy is None:
        line = HTTPConnection(host, port, timeout=_left(deadline))
    else:
        line = HTTPConnection(way.proxy.url.removeprefix("http://"), timeout=_left(deadline))
        login = way.proxy.login
        line.set_tunnel(host, port, make_headers(proxy_basic_auth=login) if login else {})
    try:
        line.connect()
        socket = line.sock
        socket.settimeout(_left(deadline))
        return way.tls.wrap_socket(socket, server_hostname=way.name) if way.tls else socket
    except BaseException:
        line.close()
        raise


def _left(deadline: float) -> float:
    """The seconds that are left; never 0, which would mean not to wait at all."""
    return max(0.001, deadline - monotonic())
