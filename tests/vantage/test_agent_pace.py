"""A time-out of a vantage point that had no time to run is no time-out of the network."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from trueline.probes.agent import Conversation
from trueline.probes.agent_pace import stalled

STEP = {"transport": "resolve", "host": "a.test"}
PROBE = {"steps": [STEP], "connect": 1.0, "answer": 5.0}


def timed_out(broke: str, end: float) -> dict[str, Any]:
    return {"outcome": "timed out", "broke": broke, "seconds": {"end": end}}


@pytest.mark.parametrize(
    ("reply", "late"),
    [
        (timed_out("resolve", 5.2), False),
        (timed_out("resolve", 8.8), True),
        (timed_out("tcp", 1.9), False),
        (timed_out("tcp", 2.1), True),
        (timed_out("tls", 2.4), False),
        (timed_out("tls", 2.6), True),
        (timed_out("answer", 10.5), False),
        (timed_out("answer", 11.5), True),
        ({"outcome": "refused", "broke": "tcp", "seconds": {"end": 9.0}}, False),
    ],
)
def test_a_time_out_that_was_noticed_late_measured_nothing(
    reply: dict[str, Any], late: bool
) -> None:
    assert stalled(reply, PROBE, waited=9.0) is late


@pytest.mark.parametrize("outcome", ["reset", "silent"])
def test_a_close_after_a_question_that_went_out_late_measured_nothing(outcome: str) -> None:
    reply = {"outcome": outcome, "broke": "answer", "seconds": {"end": 0.0}}
    assert stalled(reply, PROBE, waited=0.9) is False
    assert stalled(reply, PROBE, waited=1.1) is True


def test_a_server_that_hangs_up_on_the_late_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = iter([2.5, 0.0])  # seconds until this process gets to its question
    taken = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal taken
        taken += 1
        if taken > 1:
            await reader.readexactly(1)
            writer.write(b"!")
        writer.close()

    async def talk() -> dict[str, Any]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            step = {"transport": "tcp", "host": "127.0.0.1", "port": port, "read": "first"}
            talk = Conversation({**PROBE, "steps": [{**step, "send": "Pw=="}]})
            exchange = talk._exchange

            async def late(*arguments: Any) -> bytes:
                talk._connecting -= next(waits)
                return await exchange(*arguments)

            monkeypatch.setattr(talk, "_exchange", late)
            return await talk.run()

    (reply,) = asyncio.run(talk())["replies"]
    assert (reply["outcome"], taken) == ("answered", 2)


def run(monkeypatch: pytest.MonkeyPatch, *replies: dict[str, Any]) -> tuple[str, int]:
    """How a conversation of these replies ends, and how many of them it took."""
    left = list(replies)

    async def step(_self: Conversation, _step: dict[str, Any]) -> dict[str, Any]:
        return left.pop(0)

    monkeypatch.setattr(Conversation, "_step", step)
    answer = asyncio.run(Conversation(PROBE).run())
    (reply,) = answer["replies"]
    return reply["outcome"], len(replies) - len(left)


def test_a_starved_step_is_taken_again_and_a_slow_one_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    starved, slow = timed_out("resolve", 9.0), timed_out("answer", 5.1)
    good = {"outcome": "answered", "broke": "", "seconds": {}}
    assert run(monkeypatch, starved, good) == ("answered", 2)
    assert run(monkeypatch, slow, good) == ("timed out", 1)
    assert run(monkeypatch, {**slow, "outcome": "refused"}, good) == ("refused", 1)
    assert run(monkeypatch, starved, starved, starved, good) == ("timed out", 3)


def test_a_name_that_may_have_been_lost_is_looked_up_once_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silent, good = timed_out("resolve", 5.1), {"outcome": "answered", "broke": "", "seconds": {}}
    assert run(monkeypatch, silent, good) == ("answered", 2)
    assert run(monkeypatch, silent, silent, good) == ("timed out", 2)
