"""Rows for the checks of trueline.checks.plan_pools."""

from __future__ import annotations

from tests.plan.judging import Row
from tests.worlds import (
    ranges,
    segment,
    with_cluster,
    with_load_balancer,
    with_more,
    with_pool,
    with_segment,
    with_vm,
    world,
)

DUAL = with_more(world(), segments=(segment("lan6", "fd00:64::/64", None, ()),))

ROWS = [
    Row(
        "pool_is_inside_its_segment",
        "a pool elsewhere",
        with_pool(world(), "app/spare", "192.168.65.10-192.168.65.20"),
        [
            (
                "fail app/spare: expected addresses of segment lan (192.168.64.0/24), "
                "observed [192.168.65.10-192.168.65.20] (topology.yaml:71)"
            )
        ],
        "PLAN-020",
    ),
    Row(
        "pool_is_inside_its_segment",
        "no addresses",
        with_pool(world(), "app/spare", ranges=()),
        [
            (
                "fail app/spare: expected addresses of segment lan (192.168.64.0/24), "
                "observed nothing (topology.yaml:71)"
            )
        ],
        "PLAN-020",
    ),
    Row(
        "pool_is_inside_its_segment",
        "addresses of the other family on a segment of their own",
        with_pool(DUAL, "app/spare", "192.168.64.124-192.168.64.140", "fd00:64::120-fd00:64::12f"),
        [],
        "",
    ),
    Row(
        "pool_is_inside_its_segment",
        "addresses of the other family elsewhere",
        with_pool(DUAL, "app/spare", "192.168.64.124-192.168.64.140", "fd00:65::/124"),
        [
            (
                "fail app/spare: expected addresses of segment lan (192.168.64.0/24) or segment "
                "lan6 (fd00:64::/64), observed [192.168.64.124-192.168.64.140, fd00:65::/124] "
                "(topology.yaml:71)"
            )
        ],
        "PLAN-020",
    ),
    Row(
        "pool_leaves_out_the_segments_own_addresses",
        "the broadcast address",
        with_pool(world(), "app/spare", "192.168.64.240-192.168.64.255"),
        [
            (
                "fail app/spare: expected no network, broadcast or gateway address, observed "
                "192.168.64.255 of segment lan (topology.yaml:71)"
            )
        ],
        "PLAN-021",
    ),
    Row(
        "pool_leaves_out_the_segments_own_addresses",
        "the first address of the segment of the other family",
        with_pool(DUAL, "app/spare", "192.168.64.124-192.168.64.140", "fd00:64::/124"),
        [
            (
                "fail app/spare: expected no network, broadcast or gateway address, observed "
                "fd00:64:: of segment lan6 (topology.yaml:71)"
            )
        ],
        "PLAN-021",
    ),
    Row(
        "pool_leaves_out_the_segments_own_addresses",
        "network and gateway",
        with_pool(world(), "app/spare", "192.168.64.0-192.168.64.2"),
        [
            (
                "fail app/spare: expected no network, broadcast or gateway address, observed "
                "192.168.64.0 of segment lan; 192.168.64.1 belongs to gateway of lan "
                "(topology.yaml:5) (topology.yaml:71)"
            )
        ],
        "PLAN-021",
    ),
    Row(
        "pool_is_outside_every_lease_range",
        "a pool that reaches into the leases",
        with_pool(world(), "app/spare", "192.168.64.98-192.168.64.99"),
        [
            (
                "fail app/spare: expected no address that DHCP leases, observed "
                "192.168.64.98/31 belongs to DHCP range of lan (topology.yaml:5) "
                "(topology.yaml:71)"
            )
        ],
        "PLAN-022",
    ),
    Row(
        "pool_is_outside_every_lease_range",
        "leases over all pools",
        with_segment(world(), dhcp=ranges("192.168.64.2-192.168.64.254")),
        [
            (
                "fail control/reserved: expected no address that DHCP leases, observed "
                "192.168.64.100-192.168.64.108 belongs to DHCP range of lan (topology.yaml:5) "
                "(topology.yaml:20)"
            ),
            (
                "fail control/spare: expected no address that DHCP leases, observed "
                "192.168.64.109-192.168.64.110 belongs to DHCP range of lan (topology.yaml:5) "
                "(topology.yaml:21)"
            ),
            (
                "fail app/reserved: expected no address that DHCP leases, observed "
                "192.168.64.120/30 belongs to DHCP range of lan (topology.yaml:5) "
                "(topology.yaml:70)"
            ),
            (
                "fail app/spare: expected no address that DHCP leases, observed "
                "192.168.64.124-192.168.64.140 belongs to DHCP range of lan (topology.yaml:5) "
                "(topology.yaml:71)"
            ),
        ],
        "PLAN-022",
    ),
    Row(
        "pool_overlaps_no_other",
        "a pool that grew into the other cluster's",
        with_pool(world(), "control/spare", "192.168.64.109-192.168.64.125"),
        [
            (
                "fail control/spare: expected no address of another pool, observed "
                "192.168.64.120/30 belongs to pool app/reserved (topology.yaml:70); "
                "192.168.64.124/31 belongs to pool app/spare (topology.yaml:71) "
                "(topology.yaml:21)"
            ),
            (
                "fail app/reserved: expected no address of another pool, observed "
                "192.168.64.120/30 belongs to pool control/spare (topology.yaml:21) "
                "(topology.yaml:70)"
            ),
            (
                "fail app/spare: expected no address of another pool, observed "
                "192.168.64.124/31 belongs to pool control/spare (topology.yaml:21) "
                "(topology.yaml:71)"
            ),
        ],
        "PLAN-023",
    ),
    Row(
        "pool_overlaps_no_other",
        "a range listed twice",
        with_pool(world(), "app/spare", "192.168.64.130-192.168.64.140", "192.168.64.138"),
        [
            (
                "fail app/spare: expected no address of another pool, observed 192.168.64.138 "
                "is listed twice (topology.yaml:71)"
            )
        ],
        "PLAN-023",
    ),
    Row(
        "pool_is_clear_of_hosts",
        "a pool over a node",
        with_pool(world(), "app/spare", "192.168.64.23-192.168.64.25"),
        [
            (
                "fail app/spare: expected no address of a host, observed 192.168.64.23 "
                "belongs to node app/app-worker-2 (topology.yaml:65) (topology.yaml:71)"
            )
        ],
        "PLAN-024",
    ),
    Row(
        "pool_is_clear_of_hosts",
        "a VM and an endpoint in a pool",
        with_cluster(
            with_vm(world(), "mysql", address="192.168.64.130"),
            "app",
            api="https://192.168.64.131:6443",
        ),
        [
            (
                "fail app/spare: expected no address of a host, observed 192.168.64.130 "
                "belongs to VM mysql (topology.yaml:121); 192.168.64.131 belongs to API "
                "endpoint of app (topology.yaml:60) (topology.yaml:71)"
            )
        ],
        "PLAN-024 PLAN-060 PLAN-061",
    ),
    Row(
        "pool_with_reservations_is_advertised",
        "no advertisement",
        with_pool(world(), "app/reserved", advertise="none"),
        ["fail app/reserved advertise: expected l2, observed none (topology.yaml:70)"],
        "PLAN-025",
    ),
    Row(
        "pool_with_reservations_is_advertised",
        "a silent pool without reservations",
        with_pool(world(), "app/spare", advertise="none"),
        [
            (
                "not applicable app/spare: the pool is kept silent, and nothing in it is "
                "reserved (topology.yaml:71)"
            )
        ],
        "",
    ),
    Row(
        "reserved_addresses_are_not_assigned_by_themselves",
        "automatic assignment",
        with_pool(world(), "app/reserved", auto_assign=True),
        [
            (
                "fail app/reserved auto_assign: expected no reserved address, observed "
                "192.168.64.120 of app/ingress (topology.yaml:80); 192.168.64.121 of app/app1 "
                "(topology.yaml:81); 192.168.64.122 of app/app2 (topology.yaml:82); "
                "192.168.64.123 of app/east-west (topology.yaml:83) (topology.yaml:70)"
            )
        ],
        "PLAN-026",
    ),
    Row(
        "pools_have_an_address_to_spare",
        "a full pool",
        with_load_balancer(world(), "control", pools=world().cluster("control").pools[:1]),
        [
            (
                "fail control pools: expected more than 9 addresses, observed 9 addresses "
                "(topology.yaml:8)"
            )
        ],
        "",
    ),
    Row(
        "pools_have_an_address_to_spare",
        "no pool",
        with_load_balancer(world(), "app", pools=()),
        ["not applicable app: no pool is planned (topology.yaml:60)"],
        "PLAN-030",
    ),
    Row(
        "pools_have_an_address_to_spare",
        "no load balancer",
        with_cluster(world(), "app", load_balancer=None),
        ["not applicable app: no pool is planned (topology.yaml:60)"],
        "PLAN-061 PLAN-070 PLAN-081",
    ),
]
