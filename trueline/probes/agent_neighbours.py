"""Which machine this one remembers as the holder of an address on its own segment.

A part of the probe code of every vantage point (see `agent`).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import struct
import subprocess
from collections.abc import Iterator
from ipaddress import IPv6Address
from pathlib import Path

NOBODY = b"nobody"
_PATIENCE = 5.0  # seconds
_TABLE = Path("/proc/net/arp")  # of Linux: address, type, flags, MAC, mask, device
_COMPLETE = 0x2  # the flag of an entry with a MAC
# linux/netlink.h, linux/rtnetlink.h, linux/neighbour.h: of IPv6, /proc shows no table.
_GET, _NEW, _DONE, _ERROR = 30, 28, 3, 2
_DUMP = 0x301  # NLM_F_REQUEST and NLM_F_DUMP
_HEAD, _ENTRY = struct.Struct("=IHHII"), struct.Struct("=BxxxiHBB")
_TO, _MAC = 1, 2  # attributes
_KNOWN = 0x02 | 0x04 | 0x08 | 0x10 | 0x80  # states of an entry with a MAC
_WHOLE = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}")
_AT = re.compile(r" at ((?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}) ")  # as arp(8) of BSD and macOS says it


async def remembered(address: str, port: int, limit: float) -> bytes:
    """The MAC that traffic to an address is sent to, after a connection was tried; or NOBODY.

    Raises OSError where this machine shows no such table.
    """
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        connecting = asyncio.open_connection(address, port)
        _, writer = await asyncio.wait_for(connecting, limit)
        writer.transport.abort()
    if ":" in address:
        if hasattr(socket, "AF_NETLINK"):
            return in_dump(_dump(), address)
        return listed(_said("ndp", "-an"), address)
    if _TABLE.exists():
        return in_table(_TABLE.read_text(), address)
    return told(_said("arp", "-n", address))


def _said(*words: str) -> str:
    done = subprocess.run(  # noqa: S603  an address among them was resolved before
        words, capture_output=True, text=True, timeout=_PATIENCE, check=False
    )
    return done.stdout


def in_table(text: str, address: str) -> bytes:
    """The MAC of an address in the table of Linux."""
    for line in text.splitlines()[1:]:
        words = line.split()
        if words[0] == address and int(words[2], 16) & _COMPLETE:
            mac = words[3].lower()
            return mac.encode() if _WHOLE.fullmatch(mac) else NOBODY
    return NOBODY


def told(text: str) -> bytes:
    """The MAC in what arp(8) says; it writes no leading zeros."""
    found = _AT.search(text.lower())
    if found is None:
        return NOBODY
    return _written(found.group(1))


def listed(text: str, address: str) -> bytes:
    """The MAC of an address in the list of ndp(8) of BSD and macOS; it writes no leading zeros."""
    for line in text.lower().splitlines():
        words = line.split()
        if len(words) > 1 and words[0].partition("%")[0] == address and words[1].count(":") == 5:
            return _written(words[1])
    return NOBODY


def _written(mac: str) -> bytes:
    return ":".join(part.zfill(2) for part in mac.split(":")).encode()


def in_dump(data: bytes, address: str) -> bytes:
    """The MAC of an IPv6 address in the kernel's answer to a question for all neighbours."""
    wanted = IPv6Address(address).packed
    for kind, body in _messages(data):
        if kind != _NEW or len(body) < _ENTRY.size:
            continue
        _, _, state, _, _ = _ENTRY.unpack_from(body)
        found = dict(_attributes(body[_ENTRY.size :]))
        if state & _KNOWN and found.get(_TO) == wanted and found.get(_MAC):
            return found[_MAC].hex(":").encode()
    return NOBODY


def _dump() -> bytes:
    """All IPv6 neighbours as the kernel tells them (rtnetlink(7)). Raises OSError."""
    body = _ENTRY.pack(socket.AF_INET6, 0, 0, 0, 0)
    data = b""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as kernel:  # NETLINK_ROUTE
        kernel.settimeout(_PATIENCE)
        kernel.send(_HEAD.pack(_HEAD.size + len(body), _GET, _DUMP, 1, 0) + body)
        while not any(kind in (_DONE, _ERROR) for kind, _ in _messages(data)):
            data += kernel.recv(65536)
    return data


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= _HEAD.size:
        length, kind, _, _, _ = _HEAD.unpack_from(data)
        if length < _HEAD.size:
            return
        yield kind, data[_HEAD.size : length]
        data = data[(length + 3) & ~3 :]


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:
        length, kind = struct.unpack_from("=HH", data)
        if length < 4:
            return
        yield kind, data[4:length]
        data = data[(length + 3) & ~3 :]
