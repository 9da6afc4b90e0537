"""What must not leave a vantage point does not, however an answer is made."""

from __future__ import annotations

import base64
import socket

import pytest

from tests.vantage.servers import serving
from trueline.codec import http
from trueline.model.probe import Answer, Probe, Reading, Request, Step
from trueline.vantage.place import Host

SECRET = "s.a-secret-word"
HEAD = b"HTTP/1.1 200 OK\r\nServer: vault\r\n"


def chunked(*parts: bytes) -> bytes:
    """An answer in pieces."""
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (*parts, b""))
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + body


def plain(body: bytes, head: bytes = HEAD) -> bytes:
    return head + b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def login(
    answer: bytes, *, read: Reading = "close", then: bytes = b""
) -> tuple[Answer, list[bytes]]:
    """Log in, and go on with the token that was given; the answer, and what the server heard."""
    heard: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        heard.append(connection.recv(65536))
        connection.sendall(answer if len(heard) == 1 else then)

    request = Request(method="POST", path="/login", host="vault.test")
    headers = (("X-Vault-Token", "{keep:token}"),)
    with serving(serve) as port:
        first = Step(
            transport="tcp",
            host="127.0.0.1",
            port=port,
            request=request,
            read="close",
            keep=(("token", ("auth", "client_token")),),
        )
        second = Step(
            transport="tcp",
            host="127.0.0.1",
            port=port,
            request=Request(method="GET", path="/secret", host="vault.test", headers=headers),
            read=read,
        )
        probe = Probe(steps=(first, second), connect=2.0, answer=2.0)
        return Host().ask({"one": probe})["one"], heard


TOKEN = b'{"auth": {"client_token": "s.a-secret-word"}}'


@pytest.mark.parametrize(
    "answer",
    [
        plain(TOKEN),
        chunked(TOKEN),
        chunked(TOKEN[:30], TOKEN[30:]),
        chunked(TOKEN[:30], TOKEN[30:])[:-5],
    ],
)
def test_a_kept_value_is_blotted_out_wherever_the_answer_was_cut(answer: bytes) -> None:
    found, heard = login(answer, then=plain(b"{}"))
    assert f"X-Vault-Token: {SECRET}".encode() in heard[1]
    said = http.answer(found.replies[0])
    assert said.json == {"auth": {"client_token": "*" * len(SECRET)}}
    assert SECRET.encode() not in base64.b64decode(found.replies[0].received)


@pytest.mark.parametrize(
    "body", [b'{"errors": ["permission denied"]}', b"no JSON", b"[]", b'{"auth": null}']
)
def test_an_answer_without_what_was_to_be_kept_ends_the_conversation_and_is_given_back(
    body: bytes,
) -> None:
    found, heard = login(plain(body, b"HTTP/1.1 403 Forbidden\r\n"))
    assert len(heard) == 1
    (reply,) = found.replies
    assert (reply.outcome, reply.detail) == (
        "answered",
        "what was to be kept is not in the answer",
    )
    assert http.answer(reply).body == body


@pytest.mark.parametrize(
    "answer",
    [
        plain(TOKEN)[:-3],  # cut short, so that it is no JSON, by whoever hangs up
        plain(TOKEN[:-1]),
        plain(b'{"data": {"client_token": "s.a-secret-word"}}'),
        plain(b"[" * 100_000 + b'"s.a-secret-word"'),
    ],
)
def test_an_answer_that_grants_a_secret_otherwise_than_expected_keeps_it(answer: bytes) -> None:
    found, heard = login(answer)
    assert len(heard) == 1
    (reply,) = found.replies
    assert reply.detail == "what was to be kept is not in the answer"
    assert base64.b64decode(reply.received) == HEAD + b"\r\n"


@pytest.mark.parametrize("answer", [plain(b"the secret itself"), chunked(b"the secret itself")])
def test_of_a_secret_only_the_head_comes_back(answer: bytes) -> None:
    found, _ = login(plain(TOKEN), read="head", then=answer)
    said = http.answer(found.last)
    assert (said.status, said.headers, said.body) == (200, {"server": "vault"}, b"")
