"""A data plane as pytest tests over one observation: a sweep and a batch of questions, at once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import pytest

from tools.bench.acts.endpoints import NAME
from tools.bench.acts.names import address_of, name_of
from trueline.codec import dns
from trueline.model.frame import SegmentFacts
from trueline.model.probe import Answer, Probe, Request, Step
from trueline.probes.sweep import sweep
from trueline.vantage.place import Host

ADDRESSES = [f"10.77.0.{n}" for n in range(1, 255) if n != 250]
HELD = {f"10.77.0.{n}" for n in range(1, 41)}
TWICE = "10.77.0.9"
NUMBERS = range(1_000)
HOSTS = [f"10.96.0.{n}" for n in range(1, 201)]
CONNECT = 1.2
HOLES = {host for number, host in enumerate(HOSTS) if number % 10 in (1, 4, 7)}


@dataclass(frozen=True)
class Seen:
    """What was observed."""

    segment: SegmentFacts
    answers: dict[str, Answer]


def _batch() -> Iterator[tuple[str, Probe]]:
    for number in NUMBERS:
        step = dns.step("10.98.0.2", name_of(number), "A", "udp")
        yield f"name {number}", Probe(steps=(step,), connect=CONNECT, answer=1.0)
    certificate = Path(os.environ["BENCH_FOLDER"], "client.pem").read_text(encoding="ascii")
    request = Request(method="GET", path="/", host=NAME)
    for host in HOSTS:
        step = Step(
            transport="tls",
            host=host,
            port=443,
            server_name=NAME,
            certificate=certificate,
            request=request,
            read="close",
        )
        yield f"host {host}", Probe(steps=(step,), connect=CONNECT, answer=5.0)


@pytest.fixture(scope="session")
def seen() -> Seen:
    """Everything, observed at once."""
    targets = [ip_address(text) for text in ADDRESSES]
    with ThreadPoolExecutor(1) as pool:
        wire = pool.submit(sweep, "lan", "eth2", targets, window=0.9)
        with closing(Host().talk()) as talk:
            answers = talk.ask(dict(_batch()))
        return Seen(wire.result(), answers)


@pytest.mark.parametrize("address", ADDRESSES)
def test_address(address: str, seen: Seen) -> None:
    """An address has the holders that it should have."""
    holders = 2 if address == TWICE else int(address in HELD)
    assert len(seen.segment.replies[address]) == holders


@pytest.mark.parametrize("number", NUMBERS)
def test_name(number: int, seen: Seen) -> None:
    """A name has its address."""
    assert dns.answer(seen.answers[f"name {number}"].last).values == (address_of(number),)


@pytest.mark.parametrize("host", HOSTS)
def test_endpoint(host: str, seen: Seen) -> None:
    """An endpoint answers, or is a black hole."""
    outcome = seen.answers[f"host {host}"].last.outcome
    assert outcome == ("timed out" if host in HOLES else "answered")
