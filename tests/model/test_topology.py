from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.model.plans import BACK, LAN, NORTH, PLAN, SOUTH, cluster
from trueline.model.address import Cidr
from trueline.model.topology import Port


def test_entities_are_found_by_name() -> None:
    assert PLAN.cluster("south") is SOUTH
    assert PLAN.segment("back") is BACK


def test_a_name_that_is_not_declared_is_an_error() -> None:
    with pytest.raises(KeyError):
        PLAN.cluster("west")
    with pytest.raises(KeyError):
        PLAN.segment("west")


def test_everything_of_all_clusters_comes_in_the_order_of_the_file() -> None:
    assert [str(pool) for pool in PLAN.pools] == ["north/main", "south/main"]
    assert [str(item) for item in PLAN.reservations] == ["north/web", "south/web"]
    assert [str(node) for node in PLAN.nodes] == ["north/north-1", "south/south-1"]


def test_a_cluster_without_load_balancer_has_no_pools() -> None:
    bare = cluster("bare", 10, 1, load_balancer=None)
    assert (bare.pools, bare.reservations) == ((), ())


def test_only_metallb_is_metallb() -> None:
    assert NORTH.load_balancer
    assert NORTH.metallb is NORTH.load_balancer
    assert cluster("bare", 10, 1, load_balancer=None).metallb is None
    other = replace(NORTH.load_balancer, kind="other")
    assert replace(NORTH, load_balancer=other).metallb is None


def test_a_pool_holds_the_addresses_of_its_ranges() -> None:
    pool = NORTH.pools[0]
    assert pool.holds(ip_address("203.0.113.103"))
    assert not pool.holds(ip_address("203.0.113.104"))


def test_everything_named_shows_its_name() -> None:
    entities = [PLAN, LAN, NORTH, *PLAN.vms, *PLAN.flows, *PLAN.vantages]
    entities += [*PLAN.dns.zones, *PLAN.dns.names]
    assert [str(entity) for entity in entities] == [
        "small", "lan", "north", "db", "later", "web", "runner", "pods", "north.test",
        "web.north.test",
    ]  # fmt: skip
    assert str(Port(number=443, protocol="TCP", application="https")) == "443/TCP"


@pytest.mark.parametrize(
    ("cidr", "unusable"),
    [
        ("203.0.113.0/24", ["203.0.113.0", "203.0.113.255"]),
        ("203.0.113.0/31", []),
        ("2001:db8::/64", ["2001:db8::"]),
        ("2001:db8::/127", []),
    ],
)
def test_a_segment_has_addresses_no_host_may_have(cidr: str, unusable: list[str]) -> None:
    segment = replace(LAN, cidr=Cidr.parse(cidr))
    assert [str(address) for address in segment.unusable] == unusable
