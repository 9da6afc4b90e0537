"""Rows for the checks of trueline.checks.plan_segments."""

from __future__ import annotations

from ipaddress import ip_address

from tests.plan.judging import Row
from tests.worlds import ranges, segment, with_more, with_node, with_segment, with_vm, world

ROWS = [
    Row(
        "segment_address_has_one_use",
        "a VM with a node's address",
        with_vm(world(), "redis", address="192.168.64.11"),
        [
            (
                "fail 192.168.64.11: expected one use, observed VM redis (topology.yaml:120) "
                "and node control/control-cp-1 (topology.yaml:11) (topology.yaml:11)"
            )
        ],
        "PLAN-006 PLAN-060 PLAN-061",
    ),
    Row(
        "segment_address_has_one_use",
        "a node on the gateway",
        with_node(world(), "app/app-worker-1", addresses=["192.168.64.1"]),
        [
            (
                "fail 192.168.64.1: expected one use, observed gateway of lan "
                "(topology.yaml:5) and node app/app-worker-1 (topology.yaml:64) "
                "(topology.yaml:64)"
            )
        ],
        "PLAN-006",
    ),
    Row(
        "segment_address_has_one_use",
        "the gateway for lease",
        with_segment(world(), dhcp=ranges("192.168.64.1-192.168.64.9")),
        [
            (
                "fail 192.168.64.1: expected one use, observed gateway of lan "
                "(topology.yaml:5) and DHCP range of lan (topology.yaml:5) (topology.yaml:5)"
            )
        ],
        "PLAN-006",
    ),
    Row(
        "segment_address_has_one_use",
        "two segments",
        with_more(world(), segments=(segment("office", "192.168.0.0/16", None, (), line=7),)),
        [
            (
                "fail 192.168.64.0/24: expected one use, observed segment lan "
                "(topology.yaml:5) and segment office (topology.yaml:7) (topology.yaml:7)"
            )
        ],
        "PLAN-006",
    ),
    Row(
        "segment_address_has_one_use",
        "lease ranges that overlap",
        with_segment(
            world(), dhcp=ranges("192.168.64.50-192.168.64.70", "192.168.64.70-192.168.64.90")
        ),
        [
            (
                "fail 192.168.64.70: expected one use, observed DHCP range of lan "
                "(topology.yaml:5) and DHCP range of lan (topology.yaml:5) (topology.yaml:5)"
            )
        ],
        "PLAN-006",
    ),
    Row(
        "segment_holds_its_gateway_and_leases",
        "a gateway elsewhere",
        with_segment(world(), gateway=ip_address("192.168.65.1")),
        [
            (
                "fail lan gateway: expected a host address of 192.168.64.0/24, observed "
                "192.168.65.1 (topology.yaml:5)"
            )
        ],
        "PLAN-011",
    ),
    Row(
        "segment_holds_its_gateway_and_leases",
        "the network address as gateway",
        with_segment(world(), gateway=ip_address("192.168.64.0")),
        [
            (
                "fail lan gateway: expected a host address of 192.168.64.0/24, observed "
                "192.168.64.0 (topology.yaml:5)"
            )
        ],
        "PLAN-011",
    ),
    Row(
        "segment_holds_its_gateway_and_leases",
        "leases of the broadcast address",
        with_segment(world(), dhcp=ranges("192.168.64.200-192.168.64.255")),
        [
            (
                "fail lan dhcp: expected host addresses of 192.168.64.0/24, observed "
                "192.168.64.200-192.168.64.255 (topology.yaml:5)"
            )
        ],
        "PLAN-011",
    ),
    Row(
        "segment_holds_its_gateway_and_leases",
        "leases beyond the segment",
        with_segment(world(), dhcp=ranges("192.168.64.200-192.168.65.20")),
        [
            (
                "fail lan dhcp: expected host addresses of 192.168.64.0/24, observed "
                "192.168.64.200-192.168.65.20 (topology.yaml:5)"
            )
        ],
        "PLAN-011",
    ),
    Row(
        "segment_holds_its_gateway_and_leases",
        "neither gateway nor leases",
        with_segment(world(), gateway=None, dhcp=()),
        [("not applicable lan: the segment has neither gateway nor lease range (topology.yaml:5)")],
        "",
    ),
]
