"""Who waits gives its turn to talk to another, and what was waited for a turn is nobody's time."""

from __future__ import annotations

import asyncio

from trueline.probes import agent_turns
from trueline.probes.agent_turns import Stopwatch, Turn


def test_a_turn_is_taken_once_and_given_once() -> None:
    async def talk() -> list[bool]:
        gate = asyncio.Semaphore(1)
        one, other = Turn(gate), Turn(gate)
        await one.take()
        assert await one.take() == 0.0
        waiting = asyncio.ensure_future(other.take())
        await asyncio.wait({waiting}, timeout=0)
        held = [waiting.done()]
        one.give()
        one.give()
        assert await waiting >= 0.0
        return [*held, gate.locked()]

    assert asyncio.run(talk()) == [False, True]


def test_without_a_gate_it_is_always_its_turn() -> None:
    async def talk() -> float:
        turn = Turn()
        return await turn.take() + await turn.take()

    assert asyncio.run(talk()) == 0.0


def test_a_question_without_an_answer_gives_its_turn_up() -> None:
    async def ask(answered: bool) -> tuple[bool, bool]:
        gate = asyncio.Semaphore(1)
        turn, got = Turn(gate), asyncio.get_running_loop().create_future()
        await turn.take()
        if answered:
            got.set_result(b"!")
        heard = await turn.heard(got, agent_turns.FRESH + 0.001)
        return heard, gate.locked()

    assert asyncio.run(ask(True)) == (True, True)
    assert asyncio.run(ask(False)) == (False, False)


def test_what_is_skipped_is_in_no_lap() -> None:
    watch = Stopwatch()
    watch.skip(100.0)
    assert -100.0 <= watch.lap() < 0.0
    assert watch.lap() >= 0.0
