"""Servers, pods and machines that do not stop: what is read is bounded, and said so.

Bounds are bytes and counts. Where time must end it, the clock is a fake one.
"""

from __future__ import annotations

import asyncio
import base64
import json
import shlex
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.kube.api import FakeApi, listed
from tests.security.tally import tried
from tests.vantage.servers import answering_datagrams, serving
from tests.vantage.shell import STDOUT, Caller, Shell
from tests.vantage.test_exec import ask
from tests.vantage.test_place import BATCH, stand_in_for_ssh
from trueline.model.probe import Reading
from trueline.probes import agent, command_session, kube_client, kube_exec
from trueline.report.raw import moment
from trueline.vantage.place import Ssh
from trueline.vantage.program import Unreachable

READ_AT_ONCE = 65_536
ROW = "servers that do not stop, as seen by the probe code"
API = "APIs, pods and machines that do not stop"


def asked(port: int, read: Reading, **more: Any) -> dict[str, Any]:
    """The reply to one step, in this process: `place` has the same source run in another."""
    step = {"transport": "tcp", "host": "127.0.0.1", "port": port, "read": read, **more}
    answer = json.loads(agent.run({"one": {"steps": [step], "connect": 60.0, "answer": 60.0}}))
    tried(ROW)
    found: dict[str, Any] = answer["one"]["replies"][0]
    return found


def pours(data: bytes) -> Callable[[socket.socket], None]:
    """Sends the same again and again, until the other side has had enough."""

    def talk(connection: socket.socket) -> None:
        while True:
            connection.sendall(data)

    return talk


@pytest.mark.parametrize("read", ["close", "quiet", "head", "first", "frame"])
@pytest.mark.parametrize(
    "data",
    [
        b"x" * 8192,
        b"HTTP/1.1 200 OK\r\n" + b"X-Bomb: y\r\n" * 700,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 1000,
        b"\xff\xfe" * 4096,
    ],
    ids=["body", "headers", "chunks", "no text"],
)
def test_an_endless_answer_is_cut(read: Reading, data: bytes) -> None:
    with serving(pours(data)) as port:
        reply = asked(port, read)
    assert reply["outcome"] == "answered"
    assert 0 < len(base64.b64decode(reply["received"])) <= agent.MOST + READ_AT_ONCE


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    callers: list[bytes] = []

    def talk(connection: socket.socket) -> None:
        callers.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%d/\r\n\r\n" % port)

    with serving(talk) as port:
        reply = asked(port, "close", send="R0VU")
    assert reply["outcome"] == "answered"
    assert len(callers) == 1


def test_of_a_storm_of_datagrams_one_is_read() -> None:
    with answering_datagrams(lambda _: b"z" * 60_000) as port:
        reply = asked(port, "first", transport="udp", send="eA==")
    assert len(base64.b64decode(reply["received"])) == 60_000


class Drip:
    """A reader that gives one byte after each `pause` seconds of a clock that is not the wall's."""

    def __init__(self, pause: float) -> None:
        self.now, self.reads, self._pause = 0.0, 0, pause

    def monotonic(self) -> float:
        return self.now

    async def wait_for(self, waiting: Any, limit: float) -> bytes:
        waiting.close()
        self.reads += 1
        if limit < self._pause:
            self.now += limit
            raise TimeoutError
        self.now += self._pause
        return b"x"

    async def read(self, _most: int) -> bytes:
        raise AssertionError("wait_for answers")


@pytest.mark.parametrize("quiet", [True, False])
@pytest.mark.parametrize("pause", [0.001, 0.01, 0.25, 0.4])
def test_a_slow_drip_ends_with_its_time(
    monkeypatch: pytest.MonkeyPatch, pause: float, quiet: bool
) -> None:
    drip = Drip(pause)
    monkeypatch.setattr(agent, "time", drip)
    waiting = SimpleNamespace(wait_for=drip.wait_for, TimeoutError=TimeoutError)
    monkeypatch.setattr(agent, "asyncio", waiting)
    talk = agent.Conversation({"steps": [], "connect": 1.0, "answer": 2.0})
    tried(ROW)
    try:
        asyncio.run(talk._until_it_ends(drip, 2.0, quiet=quiet))
    except TimeoutError:
        assert not quiet
    assert drip.now <= 2.0 + 1e-9 + pause
    assert drip.reads <= 2.0 / pause + 2


# --- the API of a cluster -------------------------------------------------------------------------


@pytest.fixture
def client(api: FakeApi, config: Path) -> kube_client.Api:
    return kube_client.connect("app", str(config), 60.0)


def refusal(client: kube_client.Api, path: str = "/x") -> str:
    tried(API)
    with pytest.raises(kube_client.Refused) as raised:
        list(client.each(path, lambda item: [item]))
    return str(raised.value).replace(client.server, "URL")


def test_a_body_is_read_up_to_a_bound(
    api: FakeApi, client: kube_client.Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kube_client, "LARGEST", 1000)
    api.routes["/x"] = (200, b'{"items": ["' + b"x" * 100_000 + b'"]}')
    assert refusal(client) == "URL answers /x with more than 1000 bytes"


def test_a_list_has_an_end(
    api: FakeApi, client: kube_client.Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kube_client, "PAGES", 5)
    api.routes["/x"] = lambda _: listed(more=str(len(api.asked)))
    assert refusal(client) == "URL does not end the list /x: 5 pages"
    assert len(api.asked) == 5


def test_a_redirect_of_an_api_is_not_followed(api: FakeApi, client: kube_client.Api) -> None:
    api.routes["/x"] = (302, {"message": "over there"})
    assert refusal(client) == "URL answers 302 to /x: over there"
    assert api.paths() == ["/x"]


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"9" * 5000])
def test_json_that_nobody_can_read(api: FakeApi, client: kube_client.Api, body: bytes) -> None:
    api.routes["/x"] = (200, body)
    assert refusal(client) == "URL answers /x with bad JSON"
    api.routes["/x"] = (500, body)
    assert refusal(client).startswith("URL answers 500 to /x: ")


def test_half_a_character_can_be_written_down(api: FakeApi, client: kube_client.Api) -> None:
    tried(API)
    api.routes["/x"] = (200, b'{"a": "\\ud83d\\ude00 \\ud800 \\uDFFF", "\\uDC00": 1}')
    assert client.get("/x") == {"a": "\U0001f600 ? ?", "?": 1}


# --- pods and machines to ask from ----------------------------------------------------------------


def test_a_pod_that_does_not_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kube_exec, "LARGEST", 100_000)

    def endless(caller: Caller) -> None:
        caller.accept()
        while True:
            caller.say(STDOUT, "x" * 100)

    tried(API)
    with Shell(endless) as shell, pytest.raises(kube_exec.ExecFailed) as raised:
        ask(shell.url, tmp_path)
    assert str(raised.value) == "the command wrote more than 100000 bytes"


def test_a_frame_that_says_it_is_endless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kube_exec, "LARGEST", 100_000)

    def endless(caller: Caller) -> None:
        caller.accept()
        caller.socket.sendall(b"\x82\x7f" + (1 << 40).to_bytes(8, "big"))
        while True:
            caller.socket.sendall(b"\1" * 1000)

    tried(API)
    with Shell(endless) as shell, pytest.raises(kube_exec.ExecFailed) as raised:
        ask(shell.url, tmp_path)
    assert str(raised.value) == "the command wrote more than 100000 bytes"


@pytest.mark.parametrize("stream", ["", ">&2"])
def test_a_machine_that_does_not_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    monkeypatch.setattr(command_session, "LARGEST", 100_000)
    program = stand_in_for_ssh(tmp_path, f"while printf {'x' * 24}{stream}; do :; done")
    tried(API)
    with pytest.raises(Unreachable) as raised:
        Ssh("a@b", 60.0, program).ask(BATCH)
    assert str(raised.value) == "a@b wrote more than 100000 bytes"


@pytest.mark.parametrize(
    "said",
    [
        "printf '\\377\\376'",
        f"{sys.executable} -c 'print(\"[\" * 100000)'",
        "printf '{\"one\": 5}'",
    ],
    ids=["no text", "depth", "another shape"],
)
def test_a_machine_that_says_something_else(tmp_path: Path, said: str) -> None:
    tried(API)
    with pytest.raises(Unreachable) as raised:
        Ssh("a@b", 60.0, stand_in_for_ssh(tmp_path, f"{said}")).ask(BATCH)
    assert str(raised.value).startswith("a@b answered with something else")
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize(
    ("part", "where"),
    [
        ({"received": "no base64!"}, "`$[...].replies[0]`"),
        (
            {"tls": {"version": "", "alpn": None, "chain": ["\ud800"]}},
            "utf-16 surrogate pair (byte 135)",
        ),
        ({"tls": {"version": "", "alpn": None, "chain": ["\xe9"]}}, "`$[...].replies[0].tls`"),
        ({"tls": {"version": "", "alpn": None, "chain": ["a"]}}, "`$[...].replies[0].tls`"),
        ({"outcome": "owned"}, "`$[...].replies[0].outcome`"),
        ({"outcome": "\x1b[31m" * 999}, "Invalid enum value '" + "\\x1b[31m" * 17 + "\\..."),
        ({"seconds": {"tcp": "soon"}}, "`$[...].replies[0].seconds[...]`"),
    ],
)
def test_a_machine_that_lies_about_its_answer(
    tmp_path: Path, part: dict[str, Any], where: str
) -> None:
    reply = {"outcome": "answered", "reached": "answer", "seconds": {}, **part}
    said = json.dumps({"one": {"replies": [reply], "at": 1.0}})
    tried(API)
    with pytest.raises(Unreachable) as raised:
        Ssh("a@b", 60.0, stand_in_for_ssh(tmp_path, f"echo {shlex.quote(said)}")).ask(BATCH)
    assert str(raised.value).startswith("a@b answered with something else: ")
    assert str(raised.value).endswith(f" {where}")


@pytest.mark.parametrize("at", [float("nan"), float("inf"), -1e300, 1e300])
def test_a_clock_that_says_anything_can_be_shown(at: float) -> None:
    tried(API)
    assert moment(at) == f"no time: {at}"
