"""Which machine this one remembers as the holder of an address on its own segment.

A part of the probe code of every vantage point (see `agent`).
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import subprocess
from pathlib import Path

NOBODY = b"nobody"
_TABLE = Path("/proc/net/arp")  # of Linux: address, type, flags, MAC, mask, device
_COMPLETE = 0x2  # the flag of an entry with a MAC
_AT = re.compile(r" at ((?:[0-9a-f]{1,2}:){5}[0-9a-f]{1,2}) ")  # as arp(8) of BSD and macOS says it


async def remembered(address: str, port: int, limit: float) -> bytes:
    """The MAC that traffic to an address is sent to, after a connection was tried; or NOBODY.

    Raises OSError where this machine shows no such table.
    """
    with contextlib.suppress(OSError, asyncio.TimeoutError):
        connecting = asyncio.open_connection(address, port)
        _, writer = await asyncio.wait_for(connecting, limit)
        writer.transport.abort()
    if _TABLE.exists():
        return in_table(_TABLE.read_text(), address)
    done = subprocess.run(  # noqa: S603  the address was resolved before
        ["arp", "-n", address],  # noqa: S607
        capture_output=True,
        text=True,
        timeout=5,
        check=False,
    )
    return told(done.stdout)


def in_table(text: str, address: str) -> bytes:
    """The MAC of an address in the table of Linux."""
    for line in text.splitlines()[1:]:
        words = line.split()
        if words[0] == address and int(words[2], 16) & _COMPLETE:
            return words[3].lower().encode()
    return NOBODY


def told(text: str) -> bytes:
    """The MAC in what arp(8) says; it writes no leading zeros."""
    found = _AT.search(text.lower())
    if found is None:
        return NOBODY
    return ":".join(part.zfill(2) for part in found.group(1).split(":")).encode()
