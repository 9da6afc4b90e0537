"""A gRPC call against a real HTTP/2 server in memory (h2 on its side of the wire)."""

from __future__ import annotations

import base64

import pytest
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, RequestReceived

from tests.told import reply
from trueline.codec import grpc
from trueline.model.probe import Reply

OK = [(":status", "200"), ("content-type", "application/grpc")]
HTTP1 = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


class Server:
    """What a server heard, and what it says."""

    def __init__(self) -> None:
        self.connection = H2Connection(H2Configuration(client_side=False))
        self.connection.initiate_connection()
        sent = grpc.step("192.0.2.1", 4317, "/a.B/C", b"message", {"X-Scope-OrgID": "app"}).send
        self.events = self.connection.receive_data(base64.b64decode(sent))

    def said(self) -> Reply:
        return reply("answered", "answer", received=self.connection.data_to_send())


def of(said: Reply) -> tuple[int | None, str, int | None, bool]:
    found = grpc.answer(said)
    return found.status, found.message, found.http_status, found.ended


def test_the_call_is_whole_when_it_is_sent() -> None:
    server = Server()
    (request,) = (event for event in server.events if isinstance(event, RequestReceived))
    (data,) = (event for event in server.events if isinstance(event, DataReceived))
    headers = dict(request.headers)
    assert headers[b":path"] == b"/a.B/C"
    assert headers[b":authority"] == b"192.0.2.1:4317"
    assert (headers[b"te"], headers[b"content-type"]) == (b"trailers", b"application/grpc")
    assert headers[b"x-scope-orgid"] == b"app"
    assert data.data == b"\0\0\0\0\x07message"
    assert data.stream_ended


def test_an_ipv6_host_stands_in_brackets() -> None:
    server = H2Connection(H2Configuration(client_side=False))
    server.initiate_connection()
    sent = grpc.step("2001:db8::1", 4317, "/a.B/C", b"").send
    request = next(
        event
        for event in server.receive_data(base64.b64decode(sent))
        if isinstance(event, RequestReceived)
    )
    assert dict(request.headers)[b":authority"] == b"[2001:db8::1]:4317"


def test_an_answer_has_its_status_behind_the_message() -> None:
    server = Server()
    server.connection.send_headers(1, OK)
    server.connection.send_data(1, b"\0\0\0\0\0")
    trailers = [("grpc-status", "0")]
    server.connection.send_headers(1, trailers, end_stream=True)
    assert of(server.said()) == (0, "", 200, True)
    assert grpc.speaks(server_greeting())


def test_a_refusal_may_come_with_the_headers_alone() -> None:
    server = Server()
    refused = [*OK, ("grpc-status", "12"), ("grpc-message", "unknown service")]
    server.connection.send_headers(1, refused, end_stream=True)
    assert of(server.said()) == (12, "unknown service", 200, True)


def test_a_server_that_has_only_greeted_has_not_ended() -> None:
    assert of(server_greeting()) == (None, "", None, False)


def server_greeting() -> Reply:
    return Server().said()


def test_a_stream_that_is_reset_ends_without_a_status() -> None:
    server = Server()
    server.connection.reset_stream(1, error_code=7)
    status, message, _, ended = of(server.said())
    assert (status, ended) == (None, True)
    assert message.startswith("HTTP/2 error ")


def test_http_without_grpc_has_a_status_of_http_alone() -> None:
    server = Server()
    server.connection.send_headers(1, [(":status", "415")], end_stream=True)
    assert of(server.said()) == (None, "", 415, False)


def test_http_1_is_no_http_2() -> None:
    said = reply("answered", "answer", received=HTTP1)
    with pytest.raises(grpc.NotHttp2, match=r"no HTTP/2, it begins with b'HTTP/1.1 400"):
        grpc.answer(said)
    assert not grpc.speaks(said)


def test_http_2_that_breaks_its_own_rules() -> None:
    broken = b"\0\0\x05\x04\0\0\0\0\0abcde"  # settings come in sixes
    with pytest.raises(grpc.NotHttp2, match="broken HTTP/2: "):
        grpc.answer(reply("answered", "answer", received=broken))


def test_a_greeting_calls_nothing() -> None:
    step = grpc.greeting("192.0.2.1", 4317)
    server = H2Connection(H2Configuration(client_side=False))
    server.initiate_connection()
    events = server.receive_data(base64.b64decode(step.send))
    assert not [event for event in events if isinstance(event, RequestReceived)]
    assert step.read == "first"


@pytest.mark.parametrize("status", [b"\x88", "²".encode(), b"9" * 5000, b""])
def test_a_status_that_is_none_is_not_told(status: bytes) -> None:
    server = Server()
    trailers = [(b":status", b"200"), (b"grpc-status", status), (b"grpc-message", b"\x88 x")]
    server.connection.send_headers(1, trailers, end_stream=True)
    assert of(server.said()) == (None, "", 200, False)


def test_words_that_are_no_text_are_shown_as_far_as_they_are() -> None:
    server = Server()
    trailers = [(b":status", b"200"), (b"grpc-status", b"14"), (b"grpc-message", b"\x88 x")]
    server.connection.send_headers(1, trailers, end_stream=True)
    assert of(server.said()) == (14, "\ufffd x", 200, True)


def test_what_is_wrong_with_a_header_is_told_in_few_words() -> None:
    server = H2Connection(
        H2Configuration(
            client_side=False, validate_outbound_headers=False, normalize_outbound_headers=False
        )
    )
    server.initiate_connection()
    server.receive_data(base64.b64decode(grpc.step("192.0.2.1", 4317, "/a.B/C", b"").send))
    server.send_headers(1, [(b":status", b"200"), (b"X" * 2000, b"")], end_stream=True)
    with pytest.raises(grpc.NotHttp2, match="broken HTTP/2: ") as raised:
        grpc.answer(reply("answered", "answer", received=server.data_to_send()))
    assert len(str(raised.value)) == 200
