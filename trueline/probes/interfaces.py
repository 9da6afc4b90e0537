"""The interfaces of this host, by the kernel's own tables: addresses, MAC, what is on-link."""

from __future__ import annotations

import array
import errno
import fcntl
import socket
import struct
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from trueline.model.address import Address, Network
from trueline.probes import interfaces_ipv6

_SIOCGIFCONF = 0x8912  # linux/sockios.h
_SIOCGIFFLAGS = 0x8913
_SIOCGIFHWADDR = 0x8927
_IFF_UP = 0x1
_RTF_UP = 0x1
_RTF_GATEWAY = 0x2
_RTF_REJECT = 0x200
_IFREQ = 40 if struct.calcsize("P") == 8 else 32  # bytes of struct ifreq


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface: its name, its MAC and its own addresses of one family."""

    name: str
    mac: str
    addresses: tuple[Address, ...]

    def source_for(self, target: Address) -> Address:
        """The own address to ask for `target` from: the one that shares the longest prefix.

        Asked from an address of another network, a host may well refuse to answer.
        """
        return min(self.addresses, key=lambda own: (int(own) ^ int(target)).bit_length())


def interface_for(network: Network) -> tuple[str, Address] | None:
    """The interface on that network and its address there; None when this host is not on it.

    "On it" is what the kernel says: an address inside the network, and a route without a gateway
    over the same interface that covers the whole network.
    """
    direct, addresses = _tables(network.version)
    for name, address in addresses:
        routes = direct.get(name, ())
        if address in network and any(_covers(route, network) for route in routes):
            return name, address
    return None


def _covers(route: Network, network: Network) -> bool:
    return network.network_address in route and route.prefixlen <= network.prefixlen


def _tables(
    version: int,
) -> tuple[Mapping[str, Sequence[Network]], Sequence[tuple[str, Address]]]:
    """Routes without a gateway by interface, and the addresses of this host, of one family."""
    if version == 6:
        return interfaces_ipv6.tables()
    return _ipv4_tables()


def _ipv4_tables() -> tuple[dict[str, list[IPv4Network]], tuple[tuple[str, IPv4Address], ...]]:
    return (_direct_routes(), _addresses()) if sys.platform == "linux" else _scapy_tables()


def network_around(address: IPv4Address) -> tuple[IPv4Network, IPv4Address] | None:
    """The smallest network around an address that this host is on, and its own address there.

    None when no route without a gateway leads there over an interface with an address inside.
    """
    direct, addresses = _ipv4_tables()
    found = [
        (route, own)
        for name, own in addresses
        for route in direct.get(name, ())
        if address in route and own in route
    ]
    return max(found, key=lambda one: one[0].prefixlen, default=None)


def default_routers() -> tuple[IPv4Address, ...]:
    """The gateways of the default routes of this host."""
    return _default_routers() if sys.platform == "linux" else _routers_by_scapy()


def _default_routers(table: Path = Path("/proc/self/net/route")) -> tuple[IPv4Address, ...]:
    rows = [line.split() for line in table.read_text(encoding="ascii").splitlines()[1:]]
    return tuple(
        _in_host_order(row[2])
        for row in rows
        if int(row[3], 16) & _RTF_UP and int(row[3], 16) & _RTF_GATEWAY and not int(row[7], 16)
    )


def interface_named(name: str, version: int = 4) -> Interface:
    """The interface of that name, with its addresses of a family.

    Raises OSError when it is missing, down or has no address.
    """
    if sys.platform != "linux":
        return _interface_by_scapy(name, version)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        try:
            (flags,) = struct.unpack_from("H", _ask(handle, _SIOCGIFFLAGS, name), 16)
            hardware = _ask(handle, _SIOCGIFHWADDR, name)[18:24]
        except OSError as error:
            raise OSError(errno.ENODEV, f"this host has no interface {name}") from error
    if not flags & _IFF_UP:
        raise OSError(errno.ENETDOWN, f"interface {name} is down")
    return _with_address(name, hardware.hex(":"), version)


def _with_address(name: str, mac: str, version: int) -> Interface:
    addresses = tuple(address for owner, address in _tables(version)[1] if owner == name)
    if not addresses:
        reason = f"interface {name} has no IPv{version} address to ask from"
        raise OSError(errno.EADDRNOTAVAIL, reason)
    return Interface(name=name, mac=mac, addresses=addresses)


def _ask(handle: socket.socket, request: int, name: str) -> bytes:
    return fcntl.ioctl(handle, request, struct.pack("256s", name.encode()[:15]))


def _addresses() -> tuple[tuple[str, IPv4Address], ...]:
    """Every IPv4 address of this host with its interface, secondary ones included."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        room = 64 * _IFREQ
        while True:
            buffer = array.array("B", bytes(room))
            ask = struct.pack("iP", room, buffer.buffer_info()[0])
            (used,) = struct.unpack_from("i", fcntl.ioctl(handle, _SIOCGIFCONF, ask))
            if used < room:
                break
            room *= 2
    data = buffer.tobytes()[:used]
    found = []
    for start in range(0, used, _IFREQ):
        label = data[start : start + 16].split(b"\0", 1)[0].decode()
        address = IPv4Address(data[start + 20 : start + 24])
        found.append((label.split(":", 1)[0], address))  # `eth0:1` is an alias of eth0
    return tuple(found)


def _direct_routes(table: Path = Path("/proc/self/net/route")) -> dict[str, list[IPv4Network]]:
    """Routes without a gateway, by interface."""
    found: dict[str, list[IPv4Network]] = {}
    for line in table.read_text(encoding="ascii").splitlines()[1:]:
        name, target, _, flags_text, *_, mask = line.split()[:8]
        flags = int(flags_text, 16)
        if not flags & _RTF_UP or flags & (_RTF_GATEWAY | _RTF_REJECT):
            continue
        start, bits = (_in_host_order(part) for part in (target, mask))
        found.setdefault(name, []).append(IPv4Network((start, str(bits)), strict=False))
    return found


def _in_host_order(text: str) -> IPv4Address:
    return IPv4Address(int(text, 16).to_bytes(4, sys.byteorder))


def _routers_by_scapy() -> tuple[IPv4Address, ...]:
    from scapy.config import conf
    from scapy.layers import l2  # noqa: F401 - makes scapy read the routes

    return tuple(
        IPv4Address(gateway)
        for _, mask, gateway, *_ in conf.route.routes
        if not mask and gateway != "0.0.0.0"  # noqa: S104
    )


def _scapy_tables() -> tuple[dict[str, list[IPv4Network]], tuple[tuple[str, IPv4Address], ...]]:
    """The same two tables, from the route table that scapy reads on macOS and the BSDs."""
    from scapy.config import conf
    from scapy.layers import l2  # noqa: F401 - makes scapy read the routes

    direct: dict[str, list[IPv4Network]] = {}
    addresses: dict[tuple[str, IPv4Address], None] = {}
    for number, mask, gateway, name, source, _ in conf.route.routes:
        if gateway != "0.0.0.0" or not mask:  # noqa: S104
            continue
        network = IPv4Network((number & mask, str(IPv4Address(mask))), strict=False)
        direct.setdefault(name, []).append(network)
        addresses[name, IPv4Address(source)] = None
    return direct, tuple(addresses)


def _interface_by_scapy(name: str, version: int) -> Interface:
    from scapy.arch import get_if_hwaddr
    from scapy.config import conf
    from scapy.layers import l2  # noqa: F401 - makes scapy read the interfaces

    if name not in conf.ifaces.data:
        raise OSError(errno.ENODEV, f"this host has no interface {name}")
    if not conf.ifaces.data[name].flags & _IFF_UP:
        raise OSError(errno.ENETDOWN, f"interface {name} is down")
    return _with_address(name, str(get_if_hwaddr(name)).lower(), version)
