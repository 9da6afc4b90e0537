"""What a MySQL server says to a stranger."""

from __future__ import annotations

import base64

import pytest

from tests.told import reply
from trueline.codec import mysql

GREETING = b"\x0a10.11.6-MariaDB\0" + bytes(40)
DENIED = b"\xff\x15\x04#28000Access denied"


def packets(*bodies: bytes) -> bytes:
    return b"".join(
        len(body).to_bytes(3, "little") + bytes([number]) + body
        for number, body in enumerate(bodies)
    )


def told(data: bytes) -> mysql.MysqlAnswer:
    return mysql.answer(reply("answered", "answer", received=data))


@pytest.mark.parametrize("user", ["", "root"])
def test_the_login_is_one_packet_with_an_empty_password(user: str) -> None:
    sent = base64.b64decode(mysql.step("192.0.2.1", 3306, user).send)
    assert len(sent) == 4 + int.from_bytes(sent[:3], "little")
    assert sent[3] == 1  # the second packet of the conversation
    assert sent[4 + 32 :] == user.encode() + b"\0\0mysql_native_password\0"


@pytest.mark.parametrize(
    ("data", "version", "refusal", "entered"),
    [
        (packets(GREETING, DENIED), "10.11.6-MariaDB", "1045 Access denied", False),
        (packets(GREETING, b"\0\0\0\2\0\0\0"), "10.11.6-MariaDB", None, True),
        (packets(GREETING), "10.11.6-MariaDB", None, False),
        (packets(GREETING) + b"\x30\0\0\2abc", "10.11.6-MariaDB", None, False),
        (
            packets(GREETING, b"\xfemysql_clear_password\0"),
            "10.11.6-MariaDB",
            "it wants another way to log in",
            False,
        ),
        (packets(b"\xff\x6a\x04Host is not allowed"), None, "1130 Host is not allowed", False),
    ],
)
def test_answers(data: bytes, version: str | None, refusal: str | None, entered: bool) -> None:
    found = told(data)
    assert (found.version, found.refusal, found.entered) == (version, refusal, entered)


@pytest.mark.parametrize("data", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", packets(b"+PONG\r\n")])
def test_what_is_no_mysql(data: bytes) -> None:
    with pytest.raises(mysql.NotMysql, match="no MySQL, it begins with"):
        told(data)
