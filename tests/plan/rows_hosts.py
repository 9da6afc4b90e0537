"""Rows for the checks of trueline.checks.plan_hosts."""

from __future__ import annotations

from tests.plan.judging import Row
from tests.worlds import cidrs, segment, with_cluster, with_more, with_node, with_vm, world

ROWS = [
    Row(
        "node_has_a_planned_address",
        "no address",
        with_node(world(), "app/app-worker-1", addresses=[]),
        [("fail app/app-worker-1: expected an IPv4 address, observed nothing (topology.yaml:64)")],
        "PLAN-040",
    ),
    Row(
        "node_has_a_planned_address",
        "one of two families",
        with_cluster(world(), "app", pods=cidrs("10.245.0.0/16", "fd00:245::/48")),
        [
            (
                "fail app/app-cp-1: expected an IPv4 address and an IPv6 address, observed "
                "[192.168.64.21] (topology.yaml:63)"
            ),
            (
                "fail app/app-worker-1: expected an IPv4 address and an IPv6 address, "
                "observed [192.168.64.22] (topology.yaml:64)"
            ),
            (
                "fail app/app-worker-2: expected an IPv4 address and an IPv6 address, "
                "observed [192.168.64.23] (topology.yaml:65)"
            ),
        ],
        "PLAN-040",
    ),
    Row(
        "node_has_a_planned_address",
        "no pod network to take the family from",
        with_cluster(with_node(world(), "app/app-cp-1", addresses=[]), "app", pods=()),
        [("fail app/app-cp-1: expected an IPv4 address, observed nothing (topology.yaml:63)")],
        "PLAN-008 PLAN-040",
    ),
    Row(
        "node_address_is_inside_its_segment",
        "an address elsewhere",
        with_node(world(), "app/app-worker-1", addresses=["192.168.252.4"]),
        [
            (
                "fail app/app-worker-1: expected a host address of segment lan "
                "(192.168.64.0/24), observed 192.168.252.4 (topology.yaml:64)"
            )
        ],
        "PLAN-041",
    ),
    Row(
        "node_address_is_inside_its_segment",
        "the broadcast address",
        with_node(world(), "app/app-worker-1", addresses=["192.168.64.255"]),
        [
            (
                "fail app/app-worker-1: expected a host address of segment lan "
                "(192.168.64.0/24), observed 192.168.64.255 (topology.yaml:64)"
            )
        ],
        "PLAN-041",
    ),
    Row(
        "node_address_is_inside_its_segment",
        "a family without segment",
        with_node(world(), "app/app-worker-1", addresses=["192.168.64.22", "fd00::22"]),
        [
            (
                "fail app/app-worker-1: expected a host address of an IPv6 segment, observed "
                "fd00::22 (topology.yaml:64)"
            )
        ],
        "PLAN-041",
    ),
    Row(
        "node_address_is_inside_its_segment",
        "outside the segment of its family",
        with_node(
            with_more(world(), segments=(segment("lan6", "fd00:64::/64", None, (), line=7),)),
            "app/app-worker-1",
            addresses=["192.168.64.22", "fd00:65::22"],
        ),
        [
            (
                "fail app/app-worker-1: expected a host address of segment lan6 "
                "(fd00:64::/64), observed fd00:65::22 (topology.yaml:64)"
            )
        ],
        "PLAN-041",
    ),
    Row(
        "vm_address_is_inside_its_segment",
        "an address elsewhere",
        with_vm(world(), "redis", address="192.168.252.4"),
        [
            (
                "fail redis: expected a host address of segment lan (192.168.64.0/24), "
                "observed 192.168.252.4 (topology.yaml:120)"
            )
        ],
        "PLAN-041 PLAN-060 PLAN-061",
    ),
    Row(
        "vm_address_is_inside_its_segment",
        "no address",
        with_vm(world(), "redis", address=None),
        ["not applicable redis: no address is planned (topology.yaml:120)"],
        "PLAN-043 PLAN-061",
    ),
    Row(
        "node_address_is_outside_every_cluster_network",
        "a node among the Services",
        with_node(world(), "app/app-worker-1", addresses=["10.96.0.22"]),
        [
            (
                "fail app/app-worker-1: expected 10.96.0.22 outside pod and Service networks, "
                "observed 10.96.0.22 belongs to service network of control (topology.yaml:8) "
                "(topology.yaml:64)"
            )
        ],
        "PLAN-041 PLAN-042",
    ),
    Row(
        "node_address_is_inside_its_segment",
        "no address",
        with_node(world(), "app/app-worker-1", addresses=[]),
        ["not applicable app/app-worker-1: no address is planned (topology.yaml:64)"],
        "PLAN-040",
    ),
    Row(
        "node_address_is_outside_every_cluster_network",
        "no address",
        with_node(world(), "app/app-worker-1", addresses=[]),
        ["not applicable app/app-worker-1: no address is planned (topology.yaml:64)"],
        "PLAN-040",
    ),
    Row(
        "vm_has_a_planned_address",
        "no address",
        with_vm(world(), "redis", address=None),
        ["fail redis: expected a planned address, observed nothing (topology.yaml:120)"],
        "PLAN-043 PLAN-061",
    ),
]
