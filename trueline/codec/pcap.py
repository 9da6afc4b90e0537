"""Frames of Ethernet as a capture file that every network analyser opens, and ARP as a line.

The format is that of libpcap: a header, then each frame behind its time and its length
(draft-ietf-opsawg-pcap, sections 4 and 5).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from ipaddress import IPv4Address

_MAGIC = 0xA1B2C3D4  # little-endian, microseconds
_ETHERNET = 1
_END = 0xFFFF_FFFF  # seconds since the epoch
_LONGEST = 262_144  # octets of one frame
_ARP = bytes.fromhex("0806000108000604")  # EtherType; Ethernet, IPv4 and their lengths


def pcap(frames: Iterable[tuple[float, bytes]]) -> bytes:
    """A capture of (seconds since the epoch, frame), in the order given.

    A time that a capture cannot hold is written as 0.
    """
    parts = [struct.pack("<IHHiIII", _MAGIC, 2, 4, 0, 0, _LONGEST, _ETHERNET)]
    for at, frame in frames:
        # Stored runs may hold any number, and the format has 32 bits for seconds.
        known = at if 0 <= at < _END else 0.0
        seconds, micros = divmod(int(known * 1_000_000 + 0.5), 1_000_000)
        parts.append(struct.pack("<IIII", seconds, micros, len(frame), len(frame)) + frame)
    return b"".join(parts)


def arp(frame: bytes) -> str:
    """An ARP frame as `FROM > TO: who has A, tell B` or `A is at MAC`; of another, its length."""
    to, sender = frame[:6].hex(":"), frame[6:12].hex(":")
    if len(frame) < 42 or frame[12:20] != _ARP:
        return f"{sender} > {to}: {len(frame)} octets, not ARP" if len(frame) >= 12 else "no frame"
    mac, source, target = frame[22:28].hex(":"), frame[28:32], frame[38:42]
    operation = int.from_bytes(frame[20:22], "big")
    if operation == 1:
        said = f"who has {IPv4Address(target)}, tell {IPv4Address(source)}"
    else:
        said = f"{IPv4Address(source)} is at {mac}"
    return f"{sender} > {to}: {said}"
