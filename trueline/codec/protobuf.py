"""Protocol buffers, as far as a message has to be written (protobuf.dev, "Encoding")."""

from __future__ import annotations

import struct

_VARINT, _FIXED64, _LENGTH = 0, 1, 2


def varint(number: int) -> bytes:
    """A whole number that is not negative, seven bits a byte, the lowest first."""
    found = bytearray()
    while number > 0x7F:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


def _key(field: int, kind: int) -> bytes:
    return varint(field << 3 | kind)


def integer(field: int, value: int) -> bytes:
    """A field of type int64, uint64 or enum."""
    return _key(field, _VARINT) + varint(value)


def fixed64(field: int, value: int) -> bytes:
    """A field of type fixed64."""
    return _key(field, _FIXED64) + struct.pack("<Q", value)


def double(field: int, value: float) -> bytes:
    """A field of type double."""
    return _key(field, _FIXED64) + struct.pack("<d", value)


def content(field: int, value: bytes | str) -> bytes:
    """A field of type bytes, string or of a message."""
    data = value.encode() if isinstance(value, str) else value
    return _key(field, _LENGTH) + varint(len(data)) + data
