"""The MySQL client/server protocol, as far as a stranger gets: the greeting and a login."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass

from trueline.model.probe import Reply, Step

_GREETING, _OK, _ERROR, _SWITCH = 10, 0x00, 0xFF, 0xFE
_FLAGS = 0x00000001 | 0x00000200 | 0x00008000 | 0x00080000  # long password, 4.1, secure, plug-ins
_UTF8MB4 = 45


class NotMysql(Exception):
    """What came back is not MySQL; the text says what it begins with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MysqlAnswer:
    """The greeting, and what came of a login without a password.

    `version` is what the server calls itself, None where it refused before greeting. `refusal` is
    its error (code and text), None where it gave none; `entered` when it let the client in.
    """

    version: str | None
    refusal: str | None
    entered: bool


def step(host: str, port: int, user: str) -> Step:
    """The step that logs in without a password; `user` is empty for nobody at all.

    The client does not wait for the greeting, of which an empty password needs nothing. It says no
    more than that: a server that hangs up on words it has not read takes its refusal back.
    """
    login = struct.pack("<IIB23x", _FLAGS, 1 << 24, _UTF8MB4)
    login += user.encode() + b"\0" + b"\0" + b"mysql_native_password\0"
    packet = len(login).to_bytes(3, "little") + b"\x01" + login
    send = base64.b64encode(packet).decode()
    return Step(transport="tcp", host=host, port=port, send=send, read="quiet")


def answer(reply: Reply) -> MysqlAnswer:
    """What a MySQL server said. Raises NotMysql."""
    data = base64.b64decode(reply.received)
    packets = _packets(data)
    if not packets or packets[0][0] not in (_GREETING, _ERROR):
        raise NotMysql(f"no MySQL, it begins with {data[:40].decode(errors='replace')!r}")
    if packets[0][0] == _ERROR:
        return MysqlAnswer(version=None, refusal=_error(packets[0]), entered=False)
    version = packets[0][1:].partition(b"\0")[0].decode(errors="replace")
    said = packets[1] if len(packets) > 1 else b""
    refusal = None
    if said[:1] == bytes([_ERROR]):
        refusal = _error(said)
    elif said[:1] == bytes([_SWITCH]):
        refusal = "it wants another way to log in"
    return MysqlAnswer(version=version, refusal=refusal, entered=said[:1] == bytes([_OK]))


def _packets(data: bytes) -> list[bytes]:
    """The whole packets that are not empty, of those that follow each other from the start."""
    found: list[bytes] = []
    while len(data) >= 4:
        length = int.from_bytes(data[:3], "little")
        packet = data[4 : 4 + length]
        if not packet or len(packet) < length:
            break
        found.append(packet)
        data = data[4 + length :]
    return found


def _error(packet: bytes) -> str:
    code = int.from_bytes(packet[1:3], "little")
    text = packet[3:].decode(errors="replace")
    # `#` and five characters of SQL state come first, once the client is known to speak 4.1.
    return f"{code} {text[6:] if text.startswith('#') else text}"
