"""What a Redis server says to a stranger."""

from __future__ import annotations

import base64

import pytest

from tests.told import reply
from trueline.codec import redis


def told(data: bytes) -> redis.RedisAnswer:
    return redis.answer(reply("answered", "answer", received=data))


def test_a_stranger_pings_asks_for_data_and_leaves() -> None:
    step = redis.step("192.0.2.1", 6379)
    assert base64.b64decode(step.send) == b"PING\r\nDBSIZE\r\nQUIT\r\n"
    assert step.read == "close"


@pytest.mark.parametrize(
    ("data", "ping", "is_open", "guarded"),
    [
        (b"+PONG\r\n:3\r\n+OK\r\n", "+PONG", True, False),
        (
            b"-NOAUTH Authentication required.\r\n-NOAUTH Authentication required.\r\n+OK\r\n",
            "-NOAUTH Authentication required.",
            False,
            False,
        ),
        (b"-DENIED protected mode\r\n", "-DENIED protected mode", False, True),
        (b"+PONG\r\n-NOPERM no permissions\r\n+OK\r\n", "+PONG", False, False),
    ],
)
def test_answers(data: bytes, ping: str, is_open: bool, guarded: bool) -> None:
    found = told(data)
    assert (found.ping, found.open, found.guarded) == (ping, is_open, guarded)


@pytest.mark.parametrize("data", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"+PONG", b""])
def test_what_is_no_redis(data: bytes) -> None:
    with pytest.raises(redis.NotRedis, match="no Redis, it begins with"):
        told(data)
