"""A server is asked so many questions at a time, and one that is silent all that are left."""

from __future__ import annotations

import asyncio
import base64
import functools
import json
import select
import socket
from dataclasses import asdict
from typing import Any

import pytest

from tests.vantage.servers import answering_datagrams
from trueline.model.probe import Answer, Probe, Step
from trueline.probes import agent, agent_datagrams, agent_turns
from trueline.probes.agent_datagrams import asked
from trueline.probes.agent_turns import Server
from trueline.vantage.place import Host


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_turns, "ASKED", 3)


async def passing(*, spoke: bool, silent: bool) -> list[list[int]]:
    """Which of five questions are let pass: at first, after what the server did, at the end."""
    server, end = Server(), asyncio.Event()
    let: list[int] = []

    async def ask(number: int) -> None:
        let.append(number)
        await end.wait()

    for number in range(5):
        server.add(functools.partial(ask, number))
    asking = asyncio.ensure_future(server.all())
    await asyncio.wait({asking}, timeout=0.01)
    stages = [list(let)]
    if spoke:
        server.spoke()
    if silent:
        server.silent()
        server.silent()
    assert server.deaf == (silent and not spoke)
    await asyncio.wait({asking}, timeout=0.01)
    stages.append(list(let))
    end.set()
    await asking
    return [*stages, let]


@pytest.mark.parametrize(
    ("spoke", "silent", "second"),
    [
        (False, False, [0, 1, 2]),
        (True, False, [0, 1, 2]),
        (False, True, [0, 1, 2, 3, 4]),
        (True, True, [0, 1, 2]),
    ],
)
def test_only_who_was_never_heard_is_asked_all_at_once(
    spoke: bool, silent: bool, second: list[int]
) -> None:
    stages = asyncio.run(passing(spoke=spoke, silent=silent))
    assert stages == [[0, 1, 2], second, [0, 1, 2, 3, 4]]


def _batch(port: int, questions: int) -> dict[str, Probe]:
    return {
        f"{number}": Probe(
            steps=(
                Step(
                    transport="udp",
                    host="127.0.0.1",
                    port=port,
                    send=base64.b64encode(b"%d" % number).decode(),
                    read="first",
                ),
            ),
            connect=1.0,
            answer=0.1,
        )
        for number in range(questions)
    }


def _ask(port: int, questions: int) -> dict[str, Answer]:
    return Host().ask(_batch(port, questions))


def test_every_question_is_answered_by_its_own_answer() -> None:
    with answering_datagrams(lambda data: b"re " + data) as port:
        answers = _ask(port, 40)
    said = {name: base64.b64decode(answer.last.received) for name, answer in answers.items()}
    assert said == {f"{number}": b"re %d" % number for number in range(40)}


@pytest.mark.parametrize("epoll", [True, False])
def test_answers_are_heard_with_and_without_epoll(
    epoll: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not epoll:
        monkeypatch.delattr(select, "epoll", raising=False)
    with answering_datagrams(lambda data: b"re " + data) as port:
        batch = {name: asdict(probe) for name, probe in _batch(port, 40).items()}
        answers = json.loads(agent.run(batch))
    said = {
        name: base64.b64decode(answer["replies"][0]["received"]) for name, answer in answers.items()
    }
    assert said == {f"{number}": b"re %d" % number for number in range(40)}


def test_a_silent_server_is_asked_everything_all_the_same() -> None:
    heard: set[bytes] = set()
    with answering_datagrams(heard.add) as port:
        answers = _ask(port, 40)
    assert heard == {b"%d" % number for number in range(40)}
    assert {answer.last.outcome for answer in answers.values()} == {"timed out"}


def test_a_port_where_nobody_listens_is_told() -> None:
    with answering_datagrams(lambda _: None) as port:
        pass
    assert {answer.last.outcome for answer in _ask(port, 5).values()} == {"refused"}


class Wire:
    """A socket that sends nothing, and the timers of a loop, which the test lets run out."""

    def __init__(self, server: Server | None) -> None:
        self.sent = 0
        self.delays: list[float] = []
        self._due: Any = None
        self._loop = asyncio.new_event_loop()
        self.question = agent_datagrams._Question(
            self,  # type: ignore[arg-type]
            b"q",
            1.0,
            server,
            self.later,
        )

    def send(self, _data: bytes) -> None:
        self.sent += 1
        if self.sent == 3:
            raise OSError

    def recv(self, _most: int) -> bytes:
        return b"a"

    def create_future(self) -> Any:
        return self._loop.create_future()

    def later(self, delay: float, call: Any) -> None:
        self.delays.append(delay)
        self._due = call

    def runs_out(self, times: int) -> Any:
        """What became of the question when its timer ran out so often."""
        for _ in range(times):
            self._due()
        self._loop.close()
        return self.question.got.result() if self.question.got.done() else "waits"


def wire(server: Server | None, monkeypatch: pytest.MonkeyPatch) -> Wire:
    made = Wire.__new__(Wire)
    with monkeypatch.context() as patch:
        patch.setattr(asyncio, "get_running_loop", lambda: made)
        Wire.__init__(made, server)
    return made


def deaf() -> Server:
    server = Server()
    server._open = True
    return server


@pytest.mark.parametrize("server", [None, Server()], ids=["unknown", "not asked yet"])
def test_a_question_is_sent_twice_in_its_time(
    server: Server | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = wire(server, monkeypatch)
    assert made.runs_out(2) is None
    assert (made.sent, made.delays) == (2, [0.5, 0.5])


def test_who_was_never_heard_is_given_half_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = wire(deaf(), monkeypatch)
    assert made.runs_out(2) is None
    assert (made.sent, made.delays) == (2, [0.25, 0.25])


def test_who_is_heard_meanwhile_is_given_the_rest_of_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = deaf()
    made = wire(server, monkeypatch)
    server.spoke()
    assert made.runs_out(2) == "waits"
    assert (made.sent, made.delays) == (2, [0.25, 0.25, 0.5])
    made._due()
    assert made.question.got.result() is None


def test_what_comes_late_or_twice_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = wire(None, monkeypatch)
    made.question.readable()
    made.question.readable()
    assert made.runs_out(1) == b"a"


def test_a_datagram_that_cannot_be_sent_again_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    made = wire(None, monkeypatch)
    made.sent = 2
    with pytest.raises(OSError, match=r"^$"):
        made.runs_out(1)


def test_a_datagram_that_the_kernel_takes_back_is_waited_for_still() -> None:
    class Wrong(socket.socket):
        """Its first datagram has a wrong checksum."""

        tries = 0

        def recv(self, *words: Any) -> bytes:
            self.tries += 1
            if self.tries == 1:
                raise BlockingIOError
            return super().recv(*words)

    with answering_datagrams(lambda data: data) as port, Wrong(type=socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.connect(("127.0.0.1", port))
        assert asyncio.run(asked(sock, b"q", 5.0)) == b"q"
