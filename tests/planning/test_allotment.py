"""What is next, for each purpose, and what is said where nothing is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.worlds import (
    cidrs,
    node,
    pool,
    ranges,
    segment,
    vm,
    with_cluster,
    with_load_balancer,
    with_node,
    with_pool,
    with_reservation,
    with_segment,
    world,
)
from trueline.model.ledger import Kind
from trueline.model.topology import Topology
from trueline.planning.allotment import (
    for_cluster,
    for_hosts,
    for_nodes,
    for_pool,
    for_vms,
    in_pools,
)
from trueline.planning.refusal import Exhausted, WrongQuestion

PLAN = world()  # leases .50 to .99, pools .100 to .110 and .120 to .140, hosts below .33
APP = PLAN.cluster("app")
LAN = PLAN.segments[0]
STATIC = with_segment(PLAN, "lan", dhcp=())


def dual() -> Topology:
    """App with both families: its IPv6 nodes and pool are on a segment of their own."""
    six = segment("six", "2001:db8::/64", "2001:db8::1", (), line=6)
    plan = replace(PLAN, segments=(*PLAN.segments, six))
    nodes = (
        node("app", "app-1", "192.168.64.22", "2001:db8::22"),
        node("app", "app-2", "192.168.64.23", "2001:db8::23"),
    )
    plan = with_cluster(
        plan,
        "app",
        pods=cidrs("10.245.0.0/16", "fd12:3456:789a:10::/60"),
        services=cidrs("10.97.0.0/16", "fd12:3456:789a:f::/112"),
        node_prefix={4: 24, 6: 64},
        nodes=nodes,
    )
    pools = (*APP.pools, pool("app", "six", "2001:db8::100-2001:db8::103", segment="six"))
    return with_load_balancer(plan, "app", pools=pools)


def test_addresses_of_pools_come_in_their_order() -> None:
    found = in_pools(PLAN, APP, 4, 3)
    assert [(str(address), str(pool)) for address, pool in found] == [
        ("192.168.64.124", "app/spare"),
        ("192.168.64.125", "app/spare"),
        ("192.168.64.126", "app/spare"),
    ]
    plan = with_reservation(PLAN, "app/app2", address="192.168.64.130")
    assert [str(each) for each, _ in in_pools(plan, plan.cluster("app"), 4, 2)] == [
        "192.168.64.122",
        "192.168.64.124",
    ]
    ((address, _),) = in_pools(dual(), dual().cluster("app"), 6)
    assert str(address) == "2001:db8::100"


def test_an_address_of_a_pool_that_a_host_holds_is_not_given() -> None:
    plan = with_node(PLAN, "app/app-worker-1", addresses=(ip_address("192.168.64.124"),))
    assert str(in_pools(plan, APP, 4)[0][0]) == "192.168.64.125"


def test_nodes_follow_the_last_node_of_their_cluster() -> None:
    assert [str(each) for each in for_nodes(PLAN, APP, 4, 9)] == [
        *(f"192.168.64.{last}" for last in range(24, 31)),
        "192.168.64.33",
        "192.168.64.34",
    ]
    assert [str(each) for each in for_nodes(dual(), dual().cluster("app"), 6, 2)] == [
        "2001:db8::24",
        "2001:db8::25",
    ]


def test_where_nodes_have_leases_further_ones_follow_inside_and_then_outside() -> None:
    plan = with_segment(PLAN, "lan", dhcp=ranges("192.168.64.20-192.168.64.25"))
    found = for_nodes(plan, plan.cluster("app"), 4, 4)
    assert [str(each) for each in found] == [
        "192.168.64.24",
        "192.168.64.25",
        "192.168.64.2",
        "192.168.64.3",
    ]


def test_the_first_node_of_a_family_gets_an_address_of_its_segment() -> None:
    plan = with_cluster(PLAN, "app", nodes=())
    assert [str(each) for each in for_nodes(plan, plan.cluster("app"), 4)] == ["192.168.64.2"]
    bare = with_cluster(dual(), "app", nodes=())
    assert [str(each) for each in for_nodes(bare, bare.cluster("app"), 6)] == ["2001:db8::2"]


def test_vms_follow_the_last_one_of_their_segment() -> None:
    assert [str(each) for each in for_vms(PLAN, LAN, 2)] == ["192.168.64.33", "192.168.64.34"]
    plan = replace(PLAN, vms=(vm("db", "192.168.64.60"),))
    assert [str(each) for each in for_vms(plan, LAN)] == ["192.168.64.61"]
    assert [str(each) for each in for_vms(replace(PLAN, vms=()), LAN)] == ["192.168.64.2"]


def test_hosts_are_kept_together_where_there_is_room() -> None:
    found = for_hosts(PLAN, LAN, 10)
    assert [str(each) for each in (found[0], found[-1])] == ["192.168.64.33", "192.168.64.42"]


def test_a_pool_comes_behind_the_others_or_where_it_has_room() -> None:
    assert [str(part) for part in for_pool(PLAN, LAN, 12)] == ["192.168.64.141-192.168.64.152"]
    plan = with_pool(PLAN, "app/spare", ranges=ranges("192.168.64.124-192.168.64.250"))
    assert [str(part) for part in for_pool(plan, LAN, 3)] == ["192.168.64.251-192.168.64.253"]
    assert [str(part) for part in for_pool(plan, LAN, 9)] == ["192.168.64.33-192.168.64.41"]
    plan = replace(PLAN, clusters=())
    assert [str(part) for part in for_pool(plan, LAN, 2)] == ["192.168.64.2/31"]


@pytest.mark.parametrize(
    ("kind", "family", "found"),
    [
        (Kind.PODS, 4, "10.246.0.0/16"),
        (Kind.SERVICES, 4, "10.98.0.0/16"),
        (Kind.PODS, 6, "fd12:3456:789a:20::/60"),
        (Kind.SERVICES, 6, "fd12:3456:789a:f::1:0/112"),
    ],
)
def test_networks_follow_the_last_of_their_kind(kind: Kind, family: int, found: str) -> None:
    assert str(for_cluster(dual(), kind, family)) == found


def test_a_network_may_be_of_another_size_and_space() -> None:
    assert str(for_cluster(PLAN, Kind.PODS, 4, prefix=20)) == "10.246.0.0/20"
    within = ip_network("172.16.0.0/12")
    assert str(for_cluster(PLAN, Kind.PODS, 4, within=within)) == "172.16.0.0/16"
    space = ip_network("fd00::/8")
    assert str(for_cluster(PLAN, Kind.PODS, 6, prefix=56, within=space)) == "fd00::/56"


def _public() -> Topology:
    return with_cluster(PLAN, "app", pods=cidrs("198.51.100.0/24"))


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (
            lambda: in_pools(PLAN, APP, 4, 20),
            Exhausted,
            "the IPv4 pools of app have 17 free, 20 wanted: app/reserved (topology.yaml:70),"
            " app/spare (topology.yaml:71). Widen a pool: what-if --addresses app=3",
        ),
        (
            lambda: in_pools(PLAN, APP, 6),
            Exhausted,
            "app (topology.yaml:60) has no IPv6 pool. Plan one: next pool says where",
        ),
        (
            lambda: in_pools(PLAN, APP, 6, pool="spare"),
            Exhausted,
            "app (topology.yaml:60) has no IPv6 pool spare. Plan one: next pool says where",
        ),
        (
            lambda: for_pool(PLAN, LAN, 200),
            Exhausted,
            "segment lan (192.168.64.0/24, topology.yaml:5) has 161 addresses free for pools, 200"
            " wanted. Shorten what DHCP leases (topology.yaml:5), or plan a larger segment",
        ),
        (
            lambda: for_pool(STATIC, STATIC.segments[0], 300),
            Exhausted,
            "segment lan (192.168.64.0/24, topology.yaml:5) has 211 addresses free for pools, 300"
            " wanted. Plan a larger segment",
        ),
        (
            lambda: for_hosts(PLAN, LAN, 300),
            Exhausted,
            "segment lan (192.168.64.0/24, topology.yaml:5) has 211 addresses free for hosts, 300"
            " wanted. Plan a larger segment, or give back what it holds",
        ),
        (
            lambda: for_nodes(PLAN, APP, 6),
            Exhausted,
            "no segment is IPv6. Plan one, for app (topology.yaml:60)",
        ),
        (
            lambda: for_cluster(PLAN, Kind.PODS, 4, prefix=8),
            Exhausted,
            "no /8 is free for a pod network in 10.0.0.0/8."
            " Name another space with --within, or a smaller size with --prefix",
        ),
        (
            lambda: for_cluster(_public(), Kind.PODS, 4),
            Exhausted,
            "no /24 is free for a pod network in a private space, and 198.51.100.0/24 is in none."
            " Name another space with --within, or a smaller size with --prefix",
        ),
        (
            lambda: for_cluster(PLAN, Kind.SERVICES, 6),
            WrongQuestion,
            "no cluster has an IPv6 Service network that another could follow:"
            " say --prefix and --within",
        ),
        (
            lambda: for_cluster(PLAN, Kind.PODS, 4, prefix=33),
            WrongQuestion,
            "an IPv4 network cannot have prefix length 33",
        ),
        (
            lambda: for_cluster(PLAN, Kind.SERVICES, 4, prefix=11),
            WrongQuestion,
            "a Service network cannot be a /11: it has 10 addresses at least and 20 host bits at"
            " most (PLAN-007)",
        ),
        (
            lambda: for_cluster(PLAN, Kind.SERVICES, 4, prefix=29),
            WrongQuestion,
            "a Service network cannot be a /29: it has 10 addresses at least and 20 host bits at"
            " most (PLAN-007)",
        ),
    ],
)
def test_what_has_no_room_is_said_with_what_to_change(
    ask: Callable[[], object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error) as raised:
        ask()
    assert str(raised.value) == said


def test_the_sizes_that_a_service_network_may_have_end_there() -> None:
    assert str(for_cluster(PLAN, Kind.SERVICES, 4, prefix=12)) == "10.112.0.0/12"
    assert str(for_cluster(PLAN, Kind.SERVICES, 4, prefix=28)) == "10.98.0.0/28"
