"""The network around an address that this host is on, and its routers, by the kernel's tables."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

import pytest

from trueline.probes import interfaces

TABLE = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
eth0\t00000000\t090200C0\t0002\t0\t0\t0\t00000000\t0\t0\t0
eth1\t00007FC0\t010200C0\t0003\t0\t0\t0\t0000FFFF\t0\t0\t0
"""


def test_the_smallest_network_that_holds_both_is_the_one(monkeypatch: pytest.MonkeyPatch) -> None:
    own = IPv4Address("10.0.0.5")
    wide, near = IPv4Network("10.0.0.0/8"), IPv4Network("10.0.0.0/24")
    away = IPv4Network("10.0.1.0/24")  # a route to it, and no address in it
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(interfaces, "_direct_routes", lambda: {"eth0": [wide, near, away]})
    monkeypatch.setattr(interfaces, "_addresses", lambda: (("eth0", own), ("lo", own)))
    assert interfaces.network_around(IPv4Address("10.0.0.9")) == (near, own)
    assert interfaces.network_around(IPv4Address("10.0.1.9")) == (wide, own)
    assert interfaces.network_around(IPv4Address("192.0.2.1")) is None


def test_the_routers_are_those_of_default_routes_that_are_up(tmp_path: Path) -> None:
    table = tmp_path / "route"
    table.write_text(TABLE)
    assert interfaces._default_routers(table) == (IPv4Address("192.0.2.1"),)
