"""A server is asked so many questions at a time, and one that is silent all that are left."""

from __future__ import annotations

import asyncio
import base64

import pytest

from tests.vantage.servers import answering_datagrams
from trueline.model.probe import Answer, Probe, Step
from trueline.probes import agent_datagrams
from trueline.probes.agent_datagrams import Server
from trueline.vantage.place import Host


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_datagrams, "ASKED", 3)


async def passing(*, spoke: bool, silent: bool) -> list[list[int]]:
    """Which of five questions are let pass: at first, after what the server did, at the end."""
    gate, end = Server(), asyncio.Event()
    let: list[int] = []

    async def ask(number: int) -> None:
        async with gate:
            let.append(number)
            await end.wait()

    asking = [asyncio.ensure_future(ask(number)) for number in range(5)]
    await asyncio.wait(asking, timeout=0)
    stages = [list(let)]
    if spoke:
        gate.spoke()
    if silent:
        gate.silent()
        gate.silent()
    await asyncio.wait(asking, timeout=0.01)
    stages.append(list(let))
    end.set()
    await asyncio.gather(*asking)
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
