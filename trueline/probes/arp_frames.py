"""ARP frames, built and parsed by scapy.

Scapy takes about 0.1 ms for a packet, so a question is built once and its four address bytes are
patched; a reply is parsed once for each new pair of MAC and address (the caller sees to that).
"""

from __future__ import annotations

from ipaddress import IPv4Address

from trueline.probes.arp_interface import Interface

BROADCAST = "ff:ff:ff:ff:ff:ff"
_SENDER = slice(28, 32)
_TARGET = slice(38, 42)
_NOBODY = bytes(4)
_UNKNOWN = "00:00:00:00:00:00"


class Question:
    """A who-has frame of one interface, for any address."""

    def __init__(self, own: Interface) -> None:
        from scapy.config import conf
        from scapy.layers.l2 import ARP, Ether

        conf.verb = 0
        ask = ARP(op=1, hwsrc=own.mac, hwdst=_UNKNOWN)
        self._template = bytes(Ether(src=own.mac, dst=BROADCAST) / ask)
        self._own = own

    def for_address(self, target: IPv4Address, *, of: str | None = None) -> bytes:
        """The frame that asks for `target`: everybody, or one machine (`of`, a MAC).

        A question for one's own address from that address would be an announcement and change the
        caches of other hosts. From 0.0.0.0 it is a probe and changes nothing (RFC 5227, section
        1.1).
        """
        frame = bytearray(self._template)
        own = target in self._own.addresses
        frame[_SENDER] = _NOBODY if own else self._own.source_for(target).packed
        frame[_TARGET] = target.packed
        if of is not None:
            frame[:6] = bytes.fromhex(of.replace(":", ""))
        return bytes(frame)


def heard(frame: bytes) -> tuple[str, IPv4Address] | None:
    """Who answered (MAC, lower case) for which address; None for anything but an ARP reply."""
    if len(frame) < 42 or frame[12:14] != b"\x08\x06" or frame[14:22] != _IPV4_REPLY:
        return None
    from scapy.layers.l2 import ARP, Ether

    arp = Ether(frame)[ARP]
    return str(arp.hwsrc).lower(), IPv4Address(str(arp.psrc))


_IPV4_REPLY = bytes.fromhex("0001080006040002")  # Ethernet, IPv4, lengths 6 and 4, opcode reply
