"""Whom a machine remembers as the holder of an address, as its own table says it."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path

import pytest

from tests.vantage.servers import closed_port, serving
from tests.vantage.test_agent import ask, hello
from trueline.model.probe import Step
from trueline.probes import agent_neighbours
from trueline.probes.agent_neighbours import NOBODY, in_table, remembered, told

LINUX = """\
IP address       HW type     Flags       HW address            Mask     Device
192.168.64.100   0x1         0x2         02:AA:00:00:00:01     *        eth0
192.168.64.101   0x1         0x0         00:00:00:00:00:00     *        eth0
192.168.64.102   0x1         0x6         02:aa:00:00:00:03     *        eth0
192.168.64.103   0x1         0x0         00:00:00:00:00:00     *        vpn0
192.168.64.103   0x1         0x2         02:aa:00:00:00:04     *        eth0
"""


@pytest.mark.parametrize(
    ("address", "mac"),
    [
        ("192.168.64.100", b"02:aa:00:00:00:01"),
        ("192.168.64.101", NOBODY),
        ("192.168.64.102", b"02:aa:00:00:00:03"),
        ("192.168.64.103", b"02:aa:00:00:00:04"),
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
