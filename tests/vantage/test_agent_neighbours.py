"""Whom a machine remembers as the holder of an address, as its own table says it."""

from __future__ import annotations

import asyncio
import base64
import socket
import struct
from ipaddress import IPv6Address
from pathlib import Path

import pytest

from tests.vantage.servers import closed_port, serving
from tests.vantage.test_agent import ask, hello
from trueline.model.probe import Step
from trueline.probes import agent_neighbours
from trueline.probes.agent_neighbours import NOBODY, in_dump, in_table, listed, remembered, told

LINUX = """\
IP address       HW type     Flags       HW address            Mask     Device
192.168.64.100   0x1         0x2         02:AA:00:00:00:01     *        eth0
192.168.64.101   0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.64.102   0x1         0x6         02:aa:00:00:00:03     *        eth0
192.168.64.103   0x1         0x0         00:00:00:00:00:00     *        vpn0
192.168.64.103   0x1         0x2         02:aa:00:00:00:04     *        eth0
192.168.64.104   0x1         0x2         02:aa:00:00:00:05:06  *        eth0
"""


@pytest.mark.parametrize(
    ("address", "mac"),
    [
        ("192.168.64.100", b"02:aa:00:00:00:01"),
        ("192.168.64.101", NOBODY),
        ("192.168.64.102", b"02:aa:00:00:00:03"),
        ("192.168.64.103", b"02:aa:00:00:00:04"),
        ("192.168.64.104", NOBODY),
        ("192.168.64.10", NOBODY),
    ],
)
def test_the_table_of_linux(address: str, mac: bytes) -> None:
    assert in_table(LINUX, address) == mac


@pytest.mark.parametrize(
    ("text", "mac"),
    [
        (
            "? (192.168.64.100) at 52:54:0:aa:b:1 on bridge100 ifscope [bridge]\n",
            b"52:54:00:aa:0b:01",
        ),
        ("? (192.168.64.100) at (incomplete) on bridge100 ifscope [bridge]\n", NOBODY),
        ("192.168.64.100 (192.168.64.100) -- no entry\n", NOBODY),
        ("", NOBODY),
    ],
)
def test_what_arp_says_on_macos(text: str, mac: bytes) -> None:
    assert told(text) == mac


NDP = """\
Neighbor                                Linklayer Address  Netif Expire    St Flgs Prbs
fd00:64::13                             2:AA:0:0:0:6         en0 23h59m57s S  R
fd00:64::14                             (incomplete)         en0 expired   N
fe80::9%en0                             2:aa:0:0:0:9         en0 permanent R
"""


@pytest.mark.parametrize(
    ("address", "mac"),
    [
        ("fd00:64::13", b"02:aa:00:00:00:06"),
        ("fd00:64::14", NOBODY),
        ("fe80::9", b"02:aa:00:00:00:09"),
        ("fd00:64::1", NOBODY),
    ],
)
def test_what_ndp_lists_on_macos(address: str, mac: bytes) -> None:
    assert listed(NDP, address) == mac


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)


def entry(address: str, mac: bytes, state: int, kind: int = 28) -> bytes:
    body = struct.pack("=BxxxiHBB", 10, 2, state, 0, 1)
    body += attribute(1, IPv6Address(address).packed) + (attribute(2, mac) if mac else b"")
    return struct.pack("=IHHII", 16 + len(body), kind, 2, 1, 0) + body


DONE = struct.pack("=IHHIIi", 20, 3, 2, 1, 0, 0)
ONE, TWO = bytes.fromhex("02aa00000001"), bytes.fromhex("02aa00000002")


@pytest.mark.parametrize(
    ("dump", "mac"),
    [
        pytest.param(entry("fd00::9", ONE, 0x02) + DONE, b"02:aa:00:00:00:01", id="reachable"),
        pytest.param(entry("fd00::9", ONE, 0x04) + DONE, b"02:aa:00:00:00:01", id="stale"),
        pytest.param(entry("fd00::9", b"", 0x01) + DONE, NOBODY, id="asked for"),
        pytest.param(entry("fd00::9", ONE, 0x20) + DONE, NOBODY, id="failed"),
        pytest.param(entry("fd00::8", ONE, 0x02) + DONE, NOBODY, id="another"),
        pytest.param(
            entry("fd00::8", ONE, 0x02) + entry("fd00::9", TWO, 0x80) + DONE,
            b"02:aa:00:00:00:02",
            id="the second",
        ),
        pytest.param(entry("fd00::9", ONE, 0x02, kind=24) + DONE, NOBODY, id="a route"),
        pytest.param(bytes(16), NOBODY, id="a message of no length"),
        pytest.param(entry("fd00::9", ONE, 0x02)[:20], NOBODY, id="cut short"),
        pytest.param(
            struct.pack("=IHHII", 32, 28, 2, 1, 0) + struct.pack("=BxxxiHBB", 10, 2, 2, 0, 1)
            + bytes(4), NOBODY, id="an attribute of no length",
        ),
        pytest.param(b"", NOBODY, id="nothing"),
    ],
)  # fmt: skip
def test_what_the_kernel_of_linux_tells_of_ipv6(dump: bytes, mac: bytes) -> None:
    assert in_dump(dump, "fd00::9") == mac


@pytest.mark.skipif(not hasattr(socket, "AF_NETLINK"), reason="needs Linux")
def test_nobody_is_remembered_of_an_own_ipv6_address() -> None:
    assert asyncio.run(remembered("::1", 9, 2.0)) == NOBODY


def test_without_netlink_ndp_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(socket, "AF_NETLINK", raising=False)
    program = tmp_path / "ndp"
    program.write_text('#!/bin/sh\necho "::1 2:aa:0:0:0:6 lo0 permanent R"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert asyncio.run(remembered("::1", 9, 2.0)) == b"02:aa:00:00:00:06"


def test_a_table_is_read_after_a_connection_was_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "arp"
    table.write_text(LINUX + "127.0.0.1 0x1 0x2 02:aa:00:00:00:05 * lo\n")
    monkeypatch.setattr(agent_neighbours, "_TABLE", table)
    with serving(hello) as port:
        assert asyncio.run(remembered("127.0.0.1", port, 2.0)) == b"02:aa:00:00:00:05"
    assert asyncio.run(remembered("127.0.0.1", closed_port(), 2.0)) == b"02:aa:00:00:00:05"


def test_without_a_table_arp_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent_neighbours, "_TABLE", tmp_path / "none")
    program = tmp_path / "arp"
    program.write_text('#!/bin/sh\necho "? ($2) at 2:aa:0:0:0:6 on en0 ifscope [ethernet]"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert asyncio.run(remembered("127.0.0.1", closed_port(), 2.0)) == b"02:aa:00:00:00:06"
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    with pytest.raises(OSError, match="arp"):
        asyncio.run(remembered("127.0.0.1", closed_port(), 2.0))


def test_nobody_is_remembered_of_ones_own_addresses() -> None:
    step = Step(transport="neighbour", host="127.0.0.1", port=closed_port(), read="first")
    reply = ask(step).last
    assert (reply.outcome, reply.reached) == ("answered", "answer")
    assert base64.b64decode(reply.received) == NOBODY
