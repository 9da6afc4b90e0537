from __future__ import annotations

from ipaddress import ip_network
from typing import Any

import pytest

from tools.lab.safety import conflicts

LAB = [ip_network("198.51.100.0/24")]


@pytest.mark.parametrize(
    "route",
    [
        {"dst": "default", "gateway": "203.0.113.1", "dev": "eth0"},
        {"dst": "0.0.0.0/0", "dev": "eth0"},
        {"dst": "203.0.113.0/24", "dev": "eth0"},
        {"dst": "2001:db8::/32", "dev": "eth0"},
        {"dst": "198.51.100.0/24", "type": "unreachable"},
        {"dst": "198.51.0.0/16", "type": "blackhole"},
    ],
)
def test_what_cannot_lead_into_the_segment_is_no_conflict(route: dict[str, Any]) -> None:
    assert conflicts(LAB, [route]) == []


@pytest.mark.parametrize(
    ("route", "said"),
    [
        (
            {"dst": "198.51.100.0/24", "dev": "virbr0"},
            "segment 198.51.100.0/24 overlaps the route 198.51.100.0/24 of virbr0",
        ),
        (
            {"dst": "198.0.0.0/8", "dev": "tun0"},
            "segment 198.51.100.0/24 overlaps the route 198.0.0.0/8 of tun0",
        ),
        (
            {"dst": "198.51.100.7", "dev": "lo", "type": "local"},
            "segment 198.51.100.0/24 overlaps the address 198.51.100.7 of lo",
        ),
    ],
)
def test_any_other_overlap_is_a_conflict(route: dict[str, Any], said: str) -> None:
    assert conflicts(LAB, [route, route]) == [said]
