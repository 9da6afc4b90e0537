"""Ranges and addresses at the very edge of what a plan may hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.told import lines
from tests.worlds import (
    TODAY,
    at,
    flow,
    node,
    port,
    ranges,
    segment,
    with_cluster,
    with_load_balancer,
    with_more,
    with_node,
    with_pool,
    with_reservation,
    world,
)
from tests.worlds import cluster as made
from trueline.checks import (
    plan_clusters,
    plan_flows,
    plan_hosts,
    plan_mesh,
    plan_pools,
    plan_ranges,
    plan_reservations,
    plan_run,
    plan_segments,
)
from trueline.model.topology import Vantage


@pytest.mark.parametrize(
    ("address", "verdict"),
    [
        ("10.97.0.1", "FAIL"),
        ("10.97.0.2", "PASS"),
        ("10.97.255.254", "PASS"),
        ("10.97.255.255", "FAIL"),
    ],
)
def test_cluster_dns_is_neither_of_the_first_two_nor_the_last(address: str, verdict: str) -> None:
    app = made("app", pods=(), services=("10.97.0.0/16",), dns_service=address)
    assert lines(plan_ranges.dns_service_is_inside_the_service_network, app) == [
        f"{verdict} app dns_service: a free address of 10.97.0.0/16 | {address}"
    ]


@pytest.mark.parametrize(
    ("pods", "prefix", "nodes", "told"),
    [
        ("10.245.0.0/24", 24, 1, "PASS app pods {}: ranges for 1 nodes | 1 of /24"),
        ("10.245.0.0/24", 24, 2, "FAIL app pods {}: ranges for 2 nodes | 1 of /24"),
        ("10.245.0.0/23", 24, 2, "PASS app pods {}: ranges for 2 nodes | 2 of /24"),
        ("10.245.0.0/25", 24, 1, "FAIL app pods {}: ranges for 1 nodes | 0 of /24"),
        ("10.0.0.0/8", 28, 1, "PASS app pods {}: ranges for 1 nodes | 1048576 of /28"),
    ],
)
def test_a_pod_network_has_just_enough_ranges(
    pods: str, prefix: int, nodes: int, told: str
) -> None:
    planned = tuple(
        node("app", f"n{number}", f"192.168.64.{number + 1}") for number in range(nodes)
    )
    app = made("app", pods=(pods,), services=(), node_prefix={4: prefix}, nodes=planned)
    assert lines(plan_ranges.pod_network_has_a_range_for_every_node, app) == [told.format(pods)]


def test_every_range_of_a_pool_is_inside_its_segment() -> None:
    plan = with_pool(world(), "app/spare", ranges=ranges("192.168.64.124", "192.168.65.1"))
    (spare,) = [item for item in plan.pools if str(item) == "app/spare"]
    assert lines(plan_pools.pool_is_inside_its_segment, spare, plan)[0].startswith("FAIL app/spare")


@pytest.mark.parametrize(("window", "verdict"), [(0.82, "FAIL"), (0.83, "PASS")])
def test_the_window_is_as_long_as_the_slowest_answer(window: float, verdict: str) -> None:
    plan = replace(world(), budgets=replace(world().budgets, arp_window=window))
    assert lines(plan_run.arp_window_can_prove_silence, plan) == [
        f"{verdict} {plan} arp_window: 0.83 s or more | {window} s"
    ]


def test_a_plan_without_exceptions_is_asked_for_none() -> None:
    plan = replace(world(), exemptions=())
    assert lines(plan_run.exceptions_are_in_force, plan, TODAY) == [
        f"NOT_APPLICABLE {plan}: nothing is asked | no exception is planned"
    ]


def test_a_reservation_without_tls_is_asked_for_no_name() -> None:
    plan = with_reservation(world(), "app/app1", ports=(port("80/TCP/http"),))
    (app1,) = [item for item in plan.reservations if str(item) == "app/app1"]
    assert lines(plan_reservations.tls_port_has_certificate_names, app1, plan) == [
        "NOT_APPLICABLE app/app1: nothing is asked | no port with TLS is planned"
    ]


@pytest.mark.parametrize("api", [None, "https://:6443"])
def test_without_an_endpoint_no_node_can_be_the_only_one_behind_it(api: str | None) -> None:
    plan = with_cluster(
        with_node(world(), "app/app-worker-1", role="control-plane"), "app", api=api
    )
    for cluster in (plan.cluster("app"), plan.cluster("control")):
        assert lines(plan_clusters.api_endpoint_outlives_any_one_node, cluster) == [
            f"NOT_APPLICABLE {cluster}: nothing is asked | "
            "one control-plane node at most, or no endpoint, is planned"
        ]


def test_a_load_balancer_that_is_not_known_needs_no_version() -> None:
    plan = with_load_balancer(world(), "app", kind="other")
    found = lines(plan_clusters.versions_are_stated, plan.cluster("app"))
    assert [line.partition(": ")[0] for line in found] == [
        "PASS app versions kubernetes",
        "PASS app versions flannel",
    ]


@pytest.mark.parametrize(
    ("source", "verdict"),
    [
        ("vantage:inside", "PASS control to app: a flow | f"),
        ("vantage:host", "FAIL control to app: a flow | none"),
        ("vantage:control", "FAIL control to app: a flow | none"),
        ("vm:control", "FAIL control to app: a flow | none"),
        ("segment:control", "FAIL control to app: a flow | none"),
        ("pods:control/shop", "PASS control to app: a flow | f"),
    ],
)
def test_a_flow_is_between_the_clusters_that_its_ends_belong_to(source: str, verdict: str) -> None:
    inside = Vantage(name="inside", kind="pod", cluster="control", segment=None, at=at(1))
    host = Vantage(name="host", kind="host", cluster=None, segment="lan", at=at(2))
    plan = replace(
        world(), vantages=(inside, host), flows=(flow("f", source, "reservation:app/app1"),)
    )
    pair = (plan.cluster("control"), plan.cluster("app"))
    assert lines(plan_flows.both_directions_are_stated, pair, plan)[0] == verdict


def test_an_address_of_another_family_lies_in_any_segment_of_its_own() -> None:
    six = tuple(
        segment(name, cidr, None, (), line=7)
        for name, cidr in (("six", "fd00:1::/64"), ("more", "fd00:2::/64"))
    )
    plan = with_node(with_more(world(), segments=six), "app/app-worker-1", addresses=["fd00:2::9"])
    (worker,) = (item for item in plan.nodes if item.name == "app-worker-1")
    assert lines(plan_hosts.node_address_is_inside_its_segment, worker, plan) == [
        "PASS app/app-worker-1: a host address of segment six (fd00:1::/64) or segment more "
        "(fd00:2::/64) | fd00:2::9"
    ]


def test_a_cluster_without_policies_has_none_to_enforce() -> None:
    plan = replace(world(), policies=())
    assert lines(plan_mesh.policies_are_enforced, plan.cluster("app"), plan) == [
        "NOT_APPLICABLE app: nothing is asked | no policy is planned"
    ]


def test_a_segment_may_have_a_gateway_and_no_leases() -> None:
    office = segment("office", "192.168.0.0/24", "192.168.0.1", (), line=7)
    assert lines(plan_segments.segment_holds_its_gateway_and_leases, office) == [
        "PASS office gateway: a host address of 192.168.0.0/24 | 192.168.0.1"
    ]
