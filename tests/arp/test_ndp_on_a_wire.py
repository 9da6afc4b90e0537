"""The sweep for IPv6 on a real wire, in namespaces of its own, by both ways to the wire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.arp.fabric import SIX, THROUGH_SCAPY, Fabric, makes_namespaces

pytestmark = makes_namespaces

HOSTS = {f"fd00:77::{n}": f"02:00:00:00:01:{n:02x}" for n in range(1, 9)}
TWIN = "02:00:00:00:02:05"
RIVAL = "02:00:00:00:02:fa"
LATE = "02:00:00:00:03:01"
PROBER = "02:00:00:00:00:01"

SWEEP = """
from ipaddress import ip_address
from trueline.probes import sweep
{open}
targets = [ip_address(text) for text in {targets}]
facts = sweep.sweep("lab", "eth0", targets, window={window}, closely=targets)
answer({{
    "replies": {{ip: [[r.mac, r.after] for r in got] for ip, got in facts.replies.items()}},
    "kept": {{ip: len(frames) for ip, frames in facts.frames.items()}},
}})
"""


@pytest.fixture(scope="module")
def fabric() -> Iterator[Fabric]:
    with Fabric(SIX) as made:
        yield made


@pytest.fixture(scope="module", params=["packet socket", "scapy"])
def facts(request: pytest.FixtureRequest, fabric: Fabric) -> dict[str, Any]:
    opening = THROUGH_SCAPY if request.param == "scapy" else ""
    targets = [*HOSTS, "fd00:77::9", "fd00:77::250", "fd00:77::a1", "fe80::1:1"]
    found: dict[str, Any] = fabric.run(SWEEP.format(open=opening, targets=targets, window=0.9))
    return found


def macs(facts: dict[str, Any], address: str) -> list[str]:
    return sorted(mac for mac, _ in facts["replies"][address])


def test_every_host_answers_with_its_own_mac(facts: dict[str, Any]) -> None:
    alone = {ip: [mac] for ip, mac in HOSTS.items() if ip != "fd00:77::5"}
    assert {ip: macs(facts, ip) for ip in alone} == alone


def test_the_second_holder_of_an_address_is_heard(facts: dict[str, Any]) -> None:
    assert macs(facts, "fd00:77::5") == [HOSTS["fd00:77::5"], TWIN]


def test_a_silent_address_has_no_reply_and_its_questions_are_kept(facts: dict[str, Any]) -> None:
    assert facts["replies"]["fd00:77::9"] == []
    assert facts["kept"]["fd00:77::9"] >= 2


def test_the_own_address_counts_as_answered_and_its_rival_is_heard(facts: dict[str, Any]) -> None:
    assert macs(facts, "fd00:77::250") == [PROBER, RIVAL]


def test_who_answers_for_others_is_heard_though_late(facts: dict[str, Any]) -> None:
    assert macs(facts, "fd00:77::a1") == [LATE]


def test_a_link_local_address_is_asked_for_too(facts: dict[str, Any]) -> None:
    assert macs(facts, "fe80::1:1") == [HOSTS["fd00:77::1"]]


TABLES = """
from ipaddress import ip_network
from trueline.probes.interfaces import interface_for, interface_named
def place(text):
    found = interface_for(ip_network(text))
    return found and [found[0], str(found[1])]
names = sorted(str(one) for one in interface_named("eth0", 6).addresses)
answer([place("fd00:77::/64"), place("fd00:77::/96"), place("fd00::/16"), names])
"""


def test_the_interface_is_found_by_the_network(fabric: Fabric) -> None:
    place = ["eth0", "fd00:77::250"]
    assert fabric.run(TABLES) == [
        place, place, None, ["fd00:77::250", "fe80::fe"],
    ]  # fmt: skip


TRY = """
from ipaddress import ip_address
from trueline.probes import sweep
try:
    sweep.sweep("lab", "eth1", [ip_address("fd00:77::1")], window=0.0)
except OSError as error:
    answer(error.strerror)
"""


def test_an_interface_without_an_address_of_the_family_is_named(fabric: Fabric) -> None:
    assert fabric.run(TRY) == "interface eth1 has no IPv6 address to ask from"
