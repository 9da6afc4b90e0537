"""A gRPC call over plain HTTP/2 as bytes, and what came back (h2 does the frames).

The client does not wait for the server's settings before it sends (RFC 9113, section 3.4), so a
call is one write and one read.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import (
    ConnectionTerminated,
    Event,
    RemoteSettingsChanged,
    ResponseReceived,
    StreamReset,
    TrailersReceived,
)
from h2.exceptions import H2Error

from trueline.model.address import in_url
from trueline.model.printable import clipped
from trueline.model.probe import Reply, Step

_CALL = 1  # the number of the only stream
_MOST = 200  # characters of what h2 complains about: it quotes whole headers
_STATUS = re.compile(r"[0-9]{1,4}")
_SETTINGS = b"\x04"  # the type of the frame that a server begins with (RFC 9113, section 3.4)


class NotHttp2(Exception):
    """What came back is no HTTP/2; the text says what it begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrpcAnswer:
    """What a call came to: `status` of gRPC (0 is OK), None where the server did not say.

    `ended` tells that nothing more can come: a status, a reset or a farewell was received.
    """

    status: int | None
    message: str
    http_status: int | None
    ended: bool


def step(
    host: str, port: int, method: str, message: bytes, headers: Mapping[str, str] | None = None
) -> Step:
    """The step that makes one unary call; `method` is `/package.Service/Method`."""
    connection = _client()
    connection.initiate_connection()
    connection.send_headers(
        _CALL,
        [
            (":method", "POST"),
            (":scheme", "http"),
            (":path", method),
            (":authority", f"{in_url(host)}:{port}"),
            ("te", "trailers"),
            ("content-type", "application/grpc"),
            *((name.lower(), value) for name, value in (headers or {}).items()),
        ],
    )
    framed = b"\0" + len(message).to_bytes(4, "big") + message
    connection.send_data(_CALL, framed, end_stream=True)
    send = base64.b64encode(connection.data_to_send()).decode()
    return Step(transport="tcp", host=host, port=port, send=send, read="quiet")


def greeting(host: str, port: int) -> Step:
    """The step that greets a server in HTTP/2 and calls nothing."""
    connection = _client()
    connection.initiate_connection()
    send = base64.b64encode(connection.data_to_send()).decode()
    return Step(transport="tcp", host=host, port=port, send=send, read="first")


def answer(reply: Reply) -> GrpcAnswer:
    """The answer to a call. Raises NotHttp2."""
    events = _events(reply)
    status, message, http_status, ended = None, "", None, False
    for event in events:
        if isinstance(event, (ResponseReceived, TrailersReceived)):
            headers = {_text(name): _text(value) for name, value in event.headers or ()}
            if _STATUS.fullmatch(headers.get(":status", "")):
                http_status = int(headers[":status"])
            if _STATUS.fullmatch(headers.get("grpc-status", "")):
                status, ended = int(headers["grpc-status"]), True
                message = headers.get("grpc-message", "")
        elif isinstance(event, (StreamReset, ConnectionTerminated)):
            ended = True
            message = message or f"HTTP/2 error {event.error_code}"
    return GrpcAnswer(status=status, message=message, http_status=http_status, ended=ended)


def speaks(reply: Reply) -> bool:
    """Whether what came back begins with the settings of an HTTP/2 server."""
    try:
        return any(isinstance(event, RemoteSettingsChanged) for event in _events(reply))
    except NotHttp2:
        return False


def _events(reply: Reply) -> list[Event]:
    data = base64.b64decode(reply.received)
    if data[3:4] != _SETTINGS:
        raise NotHttp2(f"no HTTP/2, it begins with {data[:24]!r}")
    connection = _client()
    connection.initiate_connection()
    connection.send_headers(
        _CALL, [(":method", "POST"), (":scheme", "http"), (":path", "/"), (":authority", "x")]
    )
    try:
        # What was cut off at the end waits in the buffer of h2 for its rest.
        return list(connection.receive_data(data))
    except H2Error as error:
        raise NotHttp2(clipped(f"broken HTTP/2: {error}", _MOST)) from error


def _text(value: bytes) -> str:
    return value.decode(errors="replace")


def _client() -> H2Connection:
    # Headers stay bytes: h2 would raise UnicodeDecodeError on those that are no UTF-8.
    return H2Connection(H2Configuration(client_side=True, header_encoding=None))
