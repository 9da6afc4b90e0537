"""Which segments share a wire."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from tests.worlds import segment, with_node, world
from trueline.model.wires import reached_from, segment_of, wire

LAN6 = segment("lan6", "fd00:64::/64", None, ())
DMZ = segment("dmz", "10.9.0.0/24", None, ())
APART = replace(world(), segments=(*world().segments, LAN6, DMZ))
DUAL = with_node(APART, "app/app-worker-1", addresses=("fd00:64::22", "192.168.64.22"))


def test_a_node_with_both_families_puts_their_segments_on_one_wire() -> None:
    assert [wire(DUAL, one) for one in DUAL.segments] == ["lan", "lan", "dmz"]
    assert [wire(APART, one) for one in APART.segments] == ["lan", "lan6", "dmz"]


def test_a_node_of_ipv6_alone_is_on_a_wire_of_its_own() -> None:
    six = with_node(APART, "app/app-worker-1", addresses=("fd00:64::22",))
    assert wire(six, LAN6) == "lan6"


def test_the_segment_of_an_address() -> None:
    assert segment_of(DUAL, ip_address("fd00:64::1")) == LAN6
    assert segment_of(DUAL, ip_address("203.0.113.1")) is None


def test_an_address_is_reached_from_a_segment_on_its_wire() -> None:
    six, four = ip_address("fd00:64::1"), ip_address("192.168.64.9")
    assert reached_from(DUAL, "lan", six) == LAN6
    assert reached_from(DUAL, "lan6", four) == DUAL.segments[0]
    assert reached_from(DUAL, "dmz", six) is None
    assert reached_from(APART, "lan", six) is None
    assert reached_from(DUAL, None, six) is None
    assert reached_from(DUAL, "gone", six) is None
    assert reached_from(DUAL, "lan", ip_address("203.0.113.1")) is None
