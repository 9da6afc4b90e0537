"""ARP frames (RFC 826 over Ethernet): questions as bytes, replies as values.

These are 42 octets in fixed places, so they are put together and taken apart here: importing scapy
takes a fifth of a second of each process that sweeps, and parsing by it 0.1 ms for each reply. The
tests read and write the same frames by scapy.
"""

from __future__ import annotations

from ipaddress import IPv4Address

from trueline.probes.interfaces import Interface

_BROADCAST = b"\xff" * 6
_ARP = b"\x08\x06"
_QUESTION = bytes.fromhex("0001080006040001")  # Ethernet, IPv4, lengths 6 and 4, opcode request
_REPLY = bytes.fromhex("0001080006040002")  # the same, opcode reply
_ASKS, _ANSWERS = _QUESTION[6:], _REPLY[6:]
_NOBODY = bytes(4)
_UNKNOWN = bytes(6)


class Question:
    """A who-has frame of one interface, for any address."""

    def __init__(self, own: Interface) -> None:
        self._own = own
        self._mac = bytes.fromhex(own.mac.replace(":", ""))
        self._head = self._mac + _ARP + _QUESTION + self._mac

    def for_address(self, target: IPv4Address, *, of: str | None = None) -> bytes:
        """The frame that asks for `target`: everybody, or one machine (`of`, a MAC).

        A question for one's own address from that address would be an announcement and change the
        caches of other hosts. From 0.0.0.0 it is a probe and changes nothing (RFC 5227, section
        1.1).
        """
        own = target in self._own.addresses
        sender = _NOBODY if own else self._own.source_for(target).packed
        to = _BROADCAST if of is None else bytes.fromhex(of.replace(":", ""))
        return to + self._head + sender + _UNKNOWN + target.packed


def heard(frame: bytes) -> tuple[str, IPv4Address] | None:
    """Who answered (MAC, lower case) for which address; None for anything but an ARP reply."""
    if len(frame) < 42 or frame[12:14] != _ARP or frame[14:22] != _REPLY:
        return None
    return frame[22:28].hex(":"), IPv4Address(frame[28:32])


def about(frame: bytes) -> bytes | None:
    """The address that an ARP frame asks for or answers for; None for any other frame."""
    if len(frame) < 42 or frame[12:14] != _ARP:
        return None
    return {_ASKS: frame[38:42], _ANSWERS: frame[28:32]}.get(frame[20:22])
