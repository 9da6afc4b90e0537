"""Names are looked up beside everything else: a silent resolver holds nobody up."""

from __future__ import annotations

import json
import socket
import threading
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import asdict
from time import monotonic
from typing import Any

import pytest

from tests.vantage.servers import serving
from trueline.model.probe import Answer, Probe, Step
from trueline.probes import agent
from trueline.vantage.place import Host

REAL = socket.getaddrinfo


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A resolver that says nothing about names in silent.test until the test is over."""
    over = threading.Event()

    def getaddrinfo(host: str, port: Any, **more: Any) -> Any:
        if host.endswith(".silent.test") and not more.get("flags"):
            over.wait(30)
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return REAL(host, port, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield
    over.set()


def resolve(name: str) -> Probe:
    return Probe(steps=(Step(transport="resolve", host=name),), connect=1.0, answer=0.2)


def ask(**batch: Probe) -> dict[str, Answer]:
    return Host().ask(batch)


def test_many_silent_names_hold_up_neither_others_nor_the_end(silent: None) -> None:
    """In this process, whose resolver is the silent one."""
    began = monotonic()
    with serving(lambda _: None) as port:
        step = Step(transport="tcp", host="127.0.0.1", port=port)
        batch = {f"n{number}": resolve(f"{number}.silent.test") for number in range(40)}
        batch["other"] = Probe(steps=(step,), connect=1.0, answer=0.2)
        answers = json.loads(agent.run({name: asdict(probe) for name, probe in batch.items()}))
    assert monotonic() - began < 5
    outcomes = {name: answer["replies"][-1]["outcome"] for name, answer in answers.items()}
    assert outcomes.pop("other") == "connected"
    assert set(outcomes.values()) == {"timed out"}


def test_addresses_are_taken_as_they_are_and_names_are_looked_up() -> None:
    answers = ask(number=resolve("127.0.0.9"), name=resolve("localhost"))
    assert json.loads(b64decode(answers["number"].last.received)) == ["127.0.0.9"]
    assert answers["name"].last.outcome == "answered"


def test_what_no_resolver_can_be_asked_for_is_an_answer_too() -> None:
    reply = ask(long=resolve("a" * 70 + ".test"))["long"].last
    assert (reply.outcome, reply.reached) == ("failed", None)
