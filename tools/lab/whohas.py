"""Who answers ARP for an address, asked from the runner: how a fault knows that it is in force.

The lab's own few lines, on purpose: it shares no code with the probes that judge it (RFC 826).
"""

from __future__ import annotations

import fcntl
import select
import socket
import struct
import time

from tools.lab import netns

_ARP = 0x0806
_SIOCGIFADDR, _SIOCGIFHWADDR = 0x8915, 0x8927
_EVERYBODY = "ff:ff:ff:ff:ff:ff"


def macs(
    pid: int,
    address: str,
    *,
    interface: str = "eth0",
    window: float = 0.2,
    of: str = _EVERYBODY,
) -> set[str]:
    """The MACs that answer for an address within `window` seconds, twice asked.

    Asked in the network namespace of process `pid`, by broadcast or `of` one MAC directly.
    """
    return netns.inside(pid, lambda: _ask(address, interface, window, of))


def _ask(address: str, interface: str, window: float, of: str) -> set[str]:
    wanted = socket.inet_aton(address)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ARP)) as wire:
        wire.bind((interface, _ARP))
        name = struct.pack("256s", interface.encode())
        mac = fcntl.ioctl(wire, _SIOCGIFHWADDR, name)[18:24]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
            own = fcntl.ioctl(plain, _SIOCGIFADDR, name)[20:24]
        head = (
            bytes.fromhex(of.replace(":", ""))
            + mac
            + struct.pack("!HHHBBH", _ARP, 1, 0x0800, 6, 4, 1)
        )
        found: set[str] = set()
        for _ in range(2):
            wire.send(head + mac + own + b"\0" * 6 + wanted)
            deadline = time.monotonic() + window
            while (left := deadline - time.monotonic()) > 0:
                if not select.select([wire], [], [], left)[0]:
                    break
                if mac_of := sender(wire.recv(128), wanted):
                    found.add(mac_of)
        return found


def sender(frame: bytes, wanted: bytes) -> str | None:
    """The MAC in an Ethernet frame that is an ARP reply for the address, or None."""
    reply = frame[20:22] == b"\0\2" and frame[28:32] == wanted
    return frame[22:28].hex(":") if reply else None
