"""The IPv6 side of this host's tables: which addresses it has, and what is on-link where."""

from __future__ import annotations

import sys
from ipaddress import IPv6Address, IPv6Network
from pathlib import Path

_UNUSABLE = 0x08 | 0x40  # linux/if_addr.h: found to be another's too; still being asked for
_RTF_UP = 0x1
_RTF_GATEWAY = 0x2
_RTF_REJECT = 0x200
_NOBODY = IPv6Address("::")

Tables = tuple[dict[str, list[IPv6Network]], tuple[tuple[str, IPv6Address], ...]]


def tables() -> Tables:
    """Routes without a gateway by interface, and every usable address with its interface."""
    return (_routes(), _addresses()) if sys.platform == "linux" else _by_scapy()


def _addresses(
    table: Path = Path("/proc/self/net/if_inet6"),
) -> tuple[tuple[str, IPv6Address], ...]:
    """None where the system has no IPv6."""
    found = []
    for line in _lines(table):
        digits, _, _, _, flags, name = line.split()
        if not int(flags, 16) & _UNUSABLE:
            found.append((name, IPv6Address(bytes.fromhex(digits))))
    return tuple(found)


def _routes(table: Path = Path("/proc/self/net/ipv6_route")) -> dict[str, list[IPv6Network]]:
    found: dict[str, list[IPv6Network]] = {}
    for line in _lines(table):
        target, length, _, _, hop, _, _, _, flags_text, name = line.split()
        flags = int(flags_text, 16)
        if not flags & _RTF_UP or flags & (_RTF_GATEWAY | _RTF_REJECT) or int(hop, 16):
            continue
        network = IPv6Network((bytes.fromhex(target), int(length, 16)), strict=False)
        found.setdefault(name, []).append(network)
    return found


def _lines(table: Path) -> list[str]:
    try:
        return table.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return []


def _by_scapy() -> Tables:
    """The same two tables, from what scapy reads on macOS and the BSDs."""
    from scapy.arch import in6_getifaddr
    from scapy.config import conf
    from scapy.layers import l2  # noqa: F401 - makes scapy read the routes

    direct: dict[str, list[IPv6Network]] = {}
    for target, length, hop, name, *_ in conf.route6.routes:
        if IPv6Address(hop) == _NOBODY:
            direct.setdefault(name, []).append(IPv6Network((target, length), strict=False))
    return direct, tuple((name, IPv6Address(text)) for text, _, name in in6_getifaddr())
