"""The probe code against real sockets: every way a conversation ends, and what it gives back."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.kube.api import Pki, make_pki
from tests.vantage.servers import answering_datagrams, closed_port, serving
from trueline.codec import http, x509
from trueline.model.probe import Answer, Probe, Reply, Request, Step
from trueline.probes import agent, agent_turns
from trueline.vantage.place import Host


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return make_pki(tmp_path_factory.mktemp("pki"), "ca-of-agent")


def ask(*steps: Step, connect: float = 2.0, answer: float = 2.0) -> Answer:
    return Host().ask({"one": Probe(steps=steps, connect=connect, answer=answer)})["one"]


def here(**steps: Step) -> dict[str, Any]:
    """The reply to each step, all asked in this process."""
    batch = {
        name: {"steps": [asdict(step)], "connect": 5.0, "answer": 5.0}
        for name, step in steps.items()
    }
    return {name: answer["replies"][0] for name, answer in json.loads(agent.run(batch)).items()}


def told(reply: Reply) -> tuple[str, str | None]:
    return reply.outcome, reply.reached


def local(port: int, **more: object) -> Step:
    return Step(transport="tcp", host="127.0.0.1", port=port, **more)  # type: ignore[arg-type]


def hello(connection: socket.socket) -> None:
    connection.sendall(b"hello")


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def test_a_connection_alone() -> None:
    with serving(hello) as port:
        reply = ask(local(port)).last
    assert told(reply) == ("connected", "tcp")
    assert (reply.local, reply.peer) == ("127.0.0.1", "127.0.0.1")
    assert sorted(reply.seconds) == ["resolve", "tcp"]


def test_the_first_bytes() -> None:
    with serving(hello) as port:
        reply = ask(local(port, read="first")).last
    assert told(reply) == ("answered", "answer")
    assert base64.b64decode(reply.received) == b"hello"


def test_nobody_listens() -> None:
    assert told(ask(local(closed_port())).last) == ("refused", "route")


def test_a_word_that_never_comes() -> None:
    def waits(connection: socket.socket) -> None:
        connection.recv(1)

    with serving(waits) as port:
        reply = ask(local(port, read="first"), answer=0.05).last
    assert told(reply) == ("timed out", "tcp")


def test_a_connection_that_is_closed_without_a_word() -> None:
    with serving(lambda _: None) as port:
        reply = ask(local(port, read="close")).last
    assert told(reply) == ("silent", "tcp")
    assert reply.detail == "the connection was closed without a word"


def test_a_name_that_does_not_resolve() -> None:
    step = Step(transport="tcp", host="nothing.invalid", port=1)
    assert told(ask(step).last) == ("unresolved", None)


def test_what_a_name_resolves_to() -> None:
    reply = ask(Step(transport="resolve", host="127.0.0.9")).last
    assert told(reply) == ("answered", "resolve")
    assert json.loads(base64.b64decode(reply.received)) == ["127.0.0.9"]


def test_a_frame_of_dns_over_tcp() -> None:
    def framed(connection: socket.socket) -> None:
        assert connection.recv(100) == b"\x00\x01?"
        connection.sendall(b"\x00\x02ab")
        connection.recv(1)

    send = base64.b64encode(b"\x00\x01?").decode()
    with serving(framed) as port:
        reply = ask(local(port, send=send, read="frame")).last
    assert base64.b64decode(reply.received) == b"ab"


def test_what_comes_until_nothing_more_comes() -> None:
    def lingers(connection: socket.socket) -> None:
        connection.sendall(b"greeting")
        connection.recv(1)

    with serving(lingers) as port:
        reply = ask(local(port, read="quiet")).last
    assert (told(reply), base64.b64decode(reply.received)) == (("answered", "answer"), b"greeting")


def test_a_datagram_is_sent_again_once() -> None:
    heard: list[bytes] = []

    def second_time(data: bytes) -> bytes | None:
        heard.append(data)
        return b"answer" if len(heard) == 2 else None

    step = {"send": base64.b64encode(b"question").decode(), "read": "first"}
    with answering_datagrams(second_time) as port:
        one = Step(transport="udp", host="127.0.0.1", port=port, **step)  # type: ignore[arg-type]
        reply = ask(one, answer=0.2).last
    assert base64.b64decode(reply.received) == b"answer"
    assert heard == [b"question", b"question"]


def test_a_datagram_that_nobody_answers() -> None:
    with answering_datagrams(lambda _: None) as port:
        step = Step(transport="udp", host="127.0.0.1", port=port, send="aGk=", read="first")
        assert told(ask(step, answer=0.05).last) == ("timed out", "route")


def test_tls_shows_what_the_server_shows(pki: Pki) -> None:
    with serving(hello, pki) as port:
        step = Step(transport="tls", host="127.0.0.1", port=port, server_name="a.test")
        reply = ask(step).last
    assert told(reply) == ("connected", "tls")
    assert reply.tls is not None
    assert (reply.tls.version, reply.tls.alpn) == ("TLSv1.3", None)
    (leaf,) = x509.chain(reply.tls.chain)
    assert (leaf.subject, leaf.issuer, leaf.names) == (
        "kube-apiserver",
        "ca-of-agent",
        ("127.0.0.1",),
    )
    root = x509.root_of([leaf], x509.bundle(pki.ca.read_text()))
    assert root is not None
    assert root.der == pki.ca_der


def test_tls_where_plaintext_is_spoken() -> None:
    with serving(lambda connection: connection.sendall(b"SSH-2.0-no\r\n")) as port:
        reply = ask(Step(transport="tls", host="127.0.0.1", port=port)).last
    assert told(reply) == ("tls failed", "tcp")
    assert reply.detail == "WRONG_VERSION_NUMBER"


def test_a_protocol_below_the_floor_of_the_server(pki: Pki) -> None:
    with serving(hello, pki) as port:
        reply = ask(Step(transport="tls", host="127.0.0.1", port=port, highest="1.1")).last
    assert told(reply) == ("tls failed", "tcp")


def test_a_token_is_used_where_it_is_and_never_given_back(tmp_path: Path) -> None:
    """What a file holds and what an earlier answer gave are sent, and blotted out of the answer."""
    heard: list[bytes] = []
    (tmp_path / "token").write_text("the-token\n")

    def login(connection: socket.socket) -> None:
        heard.append(connection.recv(65536))
        connection.sendall(ok(b'{"auth": {"client_token": "s.secret"}, "echo": "the-token"}'))

    body = f'{{"jwt": "{{file:{tmp_path}/token}}"}}'
    with serving(login) as port:
        first = local(
            port,
            request=Request(method="POST", path="/login", host="vault.test", body=body),
            read="close",
            keep=(("token", ("auth", "client_token")),),
        )
        headers = (("X-Vault-Token", "{keep:token}"),)
        second = local(
            port,
            request=Request(method="GET", path="/canary", host="vault.test", headers=headers),
            read="close",
        )
        answer = ask(first, second)
    assert heard == [
        b"POST /login HTTP/1.1\r\nHost: vault.test\r\nConnection: close\r\n"
        b'Content-Length: 20\r\n\r\n{"jwt": "the-token"}',
        b"GET /canary HTTP/1.1\r\nHost: vault.test\r\nConnection: close\r\n"
        b"X-Vault-Token: s.secret\r\n\r\n",
    ]
    bodies = [http.answer(reply).text for reply in answer.replies]
    assert bodies == ['{"auth": {"client_token": "********"}, "echo": "*********"}'] * 2


def test_a_step_that_fails_ends_the_conversation() -> None:
    with serving(hello) as port:
        answer = ask(local(closed_port()), local(port))
    assert [reply.outcome for reply in answer.replies] == ["refused"]


def test_connections_are_made_though_others_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first may talk alone, and is answered once the second is connected."""
    monkeypatch.setattr(agent_turns, "TALKING", 1)
    second = Event()

    def waits(connection: socket.socket) -> None:
        second.wait(5)
        connection.sendall(b"after it")

    def connected(connection: socket.socket) -> None:
        second.set()
        connection.sendall(b"me")

    with serving(waits) as one, serving(connected) as two:
        answers = here(one=local(one, read="first"), two=local(two, read="first"))
    said = [base64.b64decode(answers[name]["received"]) for name in ("one", "two")]
    assert said == [b"after it", b"me"]


def test_a_connection_that_waited_long_for_its_turn_is_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(agent, "STALE", -1.0)
    callers: list[int] = []

    def counted(connection: socket.socket) -> None:
        callers.append(connection.fileno())
        connection.sendall(b"hello")

    with serving(counted) as port:
        reply = here(one=local(port, read="first"))["one"]
    assert len(callers) == 2
    assert reply["outcome"] == "answered"
    assert sorted(reply["seconds"]) == ["answer", "resolve", "tcp"]


def test_a_server_that_is_gone_when_a_connection_is_made_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(agent, "STALE", -1.0)
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    connected = agent.Conversation._connected

    async def gone(self: agent.Conversation, *words: Any) -> socket.socket:
        sock = await connected(self, *words)
        server.close()
        return sock

    monkeypatch.setattr(agent.Conversation, "_connected", gone)
    reply = here(one=local(port, read="first"))["one"]
    assert (reply["outcome"], reply["reached"], reply["broke"]) == ("refused", "route", "tcp")


def test_who_is_interrupted_while_it_waits_for_its_turn_leaves_no_connection() -> None:
    async def interrupted() -> int:
        with socket.create_server(("127.0.0.1", 0)) as server:
            turn = asyncio.Semaphore(0)
            step = asdict(local(server.getsockname()[1], read="first"))
            probe = {"steps": [step], "connect": 5.0, "answer": 5.0}
            task = asyncio.ensure_future(agent.Conversation(probe, talking=turn).run())
            caller, _ = await asyncio.to_thread(server.accept)
            await asyncio.wait({task}, timeout=0.05)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            with caller:
                caller.settimeout(5)
                return len(caller.recv(1))

    assert asyncio.run(interrupted()) == 0
