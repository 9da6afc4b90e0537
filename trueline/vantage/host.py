"""The vantage point of this process: who it is, and whether a run may send packets from it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path

from trueline.model.topology import Topology

_RTF_UP = 0x1
_RTF_REJECT = 0x200

_Route = tuple[IPv4Network | IPv6Network, str]


class OutsideLab(Exception):
    """The plan's addresses exist only inside the lab, and this process stands outside of it."""


def describe() -> str:
    """The vantage point in a few words, for the evidence of a report."""
    return f"this host ({socket.gethostname()})"


def require_isolated(*, proc: Path = Path("/proc")) -> None:
    """Make sure that nothing sent from here can leave the lab. Raises OutsideLab with what to do.

    Asked before the first packet of a plan with `runs_in: lab`, because its addresses may belong
    to somebody else on the network of this machine. Two facts of the kernel must both hold: the
    network namespace of this process is not the machine's own, and it has no default route.
    """
    fault = _fault(proc)
    if fault is not None:
        raise OutsideLab(
            f"this plan runs in the lab and {fault}: nothing is sent from here, because its "
            "addresses may belong to others outside the lab. Run `make demo`, or "
            "`python -m tools.lab exec runner -- pytest suites/`, or point TRUELINE_TOPOLOGY at "
            "the plan of your own clusters."
        )


def refusal(topology: Topology) -> str | None:
    """Why nothing may be observed from here, or None; see `require_isolated`."""
    if topology.runs_in != "lab":
        return None
    try:
        require_isolated()
    except OutsideLab as error:
        return str(error)
    return None


def _fault(proc: Path) -> str | None:
    if sys.platform != "linux":
        return "the lab exists on Linux only"
    # The kernel shows these settings in its first network namespace alone. Comparing with PID 1
    # would need a privilege, and inside a machine of the lab PID 1 is that machine's own.
    settings = proc / "sys/net/core"
    if not (settings / "somaxconn").exists():
        return "this process cannot see which network namespace it is in"
    if (settings / "netdev_budget").exists():
        return "this process is in the network namespace of the machine itself"
    route = _way_out(proc / "self/net/route", _ipv4_routes)
    route = route or _way_out(proc / "self/net/ipv6_route", _ipv6_routes)
    if route is not None:
        return f"this process has a default route ({route})"
    return None


def _way_out(table: Path, read: Callable[[str], Iterator[_Route]]) -> str | None:
    """The first route that leads everywhere (a prefix of 0 or 1 bits), or None."""
    if not table.exists():  # a kernel without IPv6
        return None
    for network, interface in read(table.read_text(encoding="ascii")):
        if network.prefixlen <= 1:
            return f"{network} over {interface}"
    return None


def _ipv4_routes(text: str) -> Iterator[_Route]:
    for line in text.splitlines()[1:]:
        interface, target, _, flags, *_, mask = line.split()[:8]
        if _leads_somewhere(flags):
            start, bits = (int(part, 16).to_bytes(4, sys.byteorder) for part in (target, mask))
            yield IPv4Network((start, str(IPv4Address(bits)))), interface


def _ipv6_routes(text: str) -> Iterator[_Route]:
    for line in text.splitlines():
        target, prefix, *_, flags, interface = line.split()
        if _leads_somewhere(flags):
            yield IPv6Network((IPv6Address(bytes.fromhex(target)), int(prefix, 16))), interface


def _leads_somewhere(flags: str) -> bool:
    return bool(int(flags, 16) & _RTF_UP) and not int(flags, 16) & _RTF_REJECT
