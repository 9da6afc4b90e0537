"""Neighbour discovery (RFC 4861) over Ethernet: questions as bytes, replies as values."""

from __future__ import annotations

from ipaddress import IPv6Address

from trueline.probes.interfaces import Interface

_IPV6 = b"\x86\xdd"
_ICMPV6 = 58
_HOPS = 255  # whoever hears fewer knows that the packet came from another network, and drops it
_SOLICITATION, _ADVERTISEMENT = 135, 136
_SOURCE_MAC, _TARGET_MAC = 1, 2  # options, of one unit of eight octets each
_GROUP = IPv6Address("ff02::1:ff00:0").packed[:13]  # the last three octets are the address's own
_NOBODY = IPv6Address("::")
_FIXED = 78  # octets of a frame up to the options


class Solicitation:
    """A neighbour solicitation of one interface, for any address."""

    def __init__(self, own: Interface) -> None:
        self._own = own
        self._mac = bytes.fromhex(own.mac.replace(":", ""))

    def for_address(self, target: IPv6Address, *, of: str | None = None) -> bytes:
        """The frame that asks for `target`: its solicited-node group, or one machine (`of`, a MAC).

        One's own address is asked for from nobody's, as in duplicate address detection (RFC 4862,
        section 5.4.2): that changes nothing in the caches of others.
        """
        own = target in self._own.addresses
        sender = _NOBODY if own else self._own.source_for(target)
        group = _GROUP + target.packed[13:]
        # Asked from nobody's address, a machine takes the question by the group alone (RFC 4861,
        # section 7.1.1).
        destination = group if of is None or own else target.packed
        to = b"\x33\x33" + group[12:] if of is None else bytes.fromhex(of.replace(":", ""))
        options = b"" if own else bytes((_SOURCE_MAC, 1)) + self._mac
        message = bytes((_SOLICITATION, 0, 0, 0)) + bytes(4) + target.packed + options
        total = _sum(sender.packed + destination + _upper(len(message)) + message)
        message = message[:2] + (total ^ 0xFFFF).to_bytes(2, "big") + message[4:]
        head = bytes((0x60, 0, 0, 0)) + len(message).to_bytes(2, "big") + bytes((_ICMPV6, _HOPS))
        return to + self._mac + _IPV6 + head + sender.packed + destination + message


def advertised(frame: bytes) -> tuple[str, IPv6Address] | None:
    """Who says to hold which address (MAC, lower case); None for anything but an advertisement.

    The MAC is the one that the advertisement names, as neighbours keep it; the sender's where it
    names none, which it need not when it was asked directly (RFC 4861, section 4.4).
    """
    if about(frame) is None or frame[54] != _ADVERTISEMENT:
        return None
    message = frame[54 : 54 + _length(frame)]
    if frame[21] != _HOPS or _sum(frame[22:54] + _upper(len(message)) + message) != 0xFFFF:
        return None
    return _named(message[24:]) or frame[6:12].hex(":"), IPv6Address(message[8:24])


def about(frame: bytes) -> bytes | None:
    """The address that a solicitation or advertisement is about; None for any other frame."""
    if len(frame) < _FIXED or frame[12:14] != _IPV6 or frame[20] != _ICMPV6:
        return None
    known = frame[54] in (_SOLICITATION, _ADVERTISEMENT) and frame[55] == 0
    return frame[62:78] if known and len(frame) >= 54 + _length(frame) >= _FIXED else None


def _length(frame: bytes) -> int:
    return int.from_bytes(frame[18:20], "big")


def _named(options: bytes) -> str | None:
    """The MAC in the option for the target's; an option of no length ends the search."""
    while len(options) >= 8 and options[1]:
        if options[0] == _TARGET_MAC and options[1] == 1:
            return options[2:8].hex(":")
        options = options[8 * options[1] :]
    return None


def _upper(length: int) -> bytes:
    """The end of the pseudo-header that a checksum covers (RFC 8200, section 8.1)."""
    return length.to_bytes(4, "big") + bytes((0, 0, 0, _ICMPV6))


def _sum(data: bytes) -> int:
    """The ones' complement sum of a text of an even number of octets (RFC 1071)."""
    total = sum(int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total
