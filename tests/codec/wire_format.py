"""Readers for the tests of what is written: protocol buffers and Snappy, by their own documents."""

from __future__ import annotations

import struct
from typing import Any


def varint(data: bytes) -> tuple[int, bytes]:
    """(number, rest)."""
    value = shift = 0
    while True:
        byte, data = data[0], data[1:]
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, data


def fields(data: bytes) -> list[tuple[int, Any]]:
    """(field, value) of a message: whole numbers, eight raw bytes, or bytes."""
    found: list[tuple[int, Any]] = []
    while data:
        key, data = varint(data)
        value: Any
        if key & 7 == 0:
            value, data = varint(data)
        elif key & 7 == 1:
            value, data = data[:8], data[8:]
        else:
            length, data = varint(data)
            value, data = data[:length], data[length:]
            assert len(value) == length
        found.append((key >> 3, value))
    return found


def double(data: bytes) -> float:
    """Eight bytes as a number."""
    return float(struct.unpack("<d", data)[0])


def whole(data: bytes) -> int:
    """Eight bytes as a whole number."""
    return int(struct.unpack("<Q", data)[0])


def unsnappy(data: bytes) -> bytes:
    """What literals with lengths of two bytes hold."""
    length, data = varint(data)
    found = b""
    while data:
        assert data[0] == 61 << 2
        size = int.from_bytes(data[1:3], "little") + 1
        found, data = found + data[3 : 3 + size], data[3 + size :]
    assert len(found) == length
    return found
