"""Ranges and addresses at the very edge of what a plan may hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.told import lines
from tests.worlds import TODAY, node, port, ranges, with_pool, with_reservation, world
from tests.worlds import cluster as made
from trueline.checks import plan_pools, plan_ranges, plan_reservations, plan_run


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
