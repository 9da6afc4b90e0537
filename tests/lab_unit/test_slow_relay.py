from __future__ import annotations

import asyncio
import socket
from time import monotonic

import pytest

from tests.vantage.servers import answering_datagrams
from tools.lab.faults import slow_relay

DELAY = 0.15


async def through(port: int, question: bytes) -> tuple[bytes, float]:
    """What comes back through the relay, and after how long."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(
        lambda: slow_relay.Relay("127.0.0.1", DELAY), local_addr=("127.0.0.1", 0)
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
        asker.setblocking(False)
        began = monotonic()
        await loop.sock_sendto(asker, question, transport.get_extra_info("sockname"))
        answer = await asyncio.wait_for(loop.sock_recv(asker, 512), 5)
        took = monotonic() - began
    transport.close()
    return answer, took


def test_a_question_waits_and_its_answer_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering_datagrams(lambda data: data[::-1]) as port:
        monkeypatch.setattr(slow_relay, "PORT", port)
        answer, took = asyncio.run(through(port, b"question"))
    assert answer == b"noitseuq"
    assert took >= DELAY
