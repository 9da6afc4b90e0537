"""The Service network as the API server is told it, and what is left of it."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from tests.checks_kube.breaking import full_range, told_range
from tests.live import changed, facts_for, service, with_one, without
from tests.worlds import world
from trueline.checks.services import (
    api_servers_are_told_the_effective_network,
    endpoints_are_in_range,
    service_network_has_a_free_address,
)
from trueline.model.check import Check
from trueline.model.observation import ClusterFacts, ServiceCidrFact
from trueline.model.verdict import Verdict

APP = world().cluster("app")


def said(one: Check, facts: ClusterFacts) -> list[tuple[Verdict, str]]:
    return [(claim.verdict, claim.observed) for claim in one(APP, facts).claims]


@pytest.mark.parametrize("told", ["10.97.0.0/16", "10.97.128.0/16"])
def test_the_effective_range_may_be_told_with_host_bits(told: str) -> None:
    facts = told_range(told)["app"]
    assert said(api_servers_are_told_the_effective_network, facts) == [(Verdict.PASS, "nothing")]


def test_the_flag_of_another_component_says_nothing_about_the_api_server() -> None:
    facts = told_range("10.98.0.0/16", "kube-controller-manager")["app"]
    assert said(api_servers_are_told_the_effective_network, facts) == [
        (Verdict.NOT_APPLICABLE, "no pod of an API server shows a Service network")
    ]


def test_what_is_no_range_is_shown_as_it_is() -> None:
    facts = told_range("10.97.0.0")["app"]
    (claim,) = said(api_servers_are_told_the_effective_network, facts)
    assert claim == (Verdict.FAIL, "{kube-apiserver-app-m1 10.97.0.0}")


def test_endpoints_may_be_in_the_range_that_a_node_really_has() -> None:
    facts = facts_for(world())["app"]
    (node, *_), (point, *_) = facts.nodes.value, facts.endpoints.value
    moved = replace(point, service="shop/web", address=ip_address("10.99.1.5"), pod="web-0")
    facts = changed(facts, "endpoints", (moved,))
    assert said(endpoints_are_in_range, facts) == [(Verdict.FAIL, "{10.99.1.5}")]
    ranged = with_one(facts, "nodes", node.name, pod_cidrs=("10.99.1.0/24",))
    assert said(endpoints_are_in_range, ranged) == [(Verdict.PASS, "nothing")]


def test_one_free_address_is_enough() -> None:
    facts = without(full_range()["app"], "services", "shop/s7")
    (claim,) = said(service_network_has_a_free_address, facts)
    assert claim == (Verdict.PASS, "253 of 254 are held")


def test_a_second_range_makes_room() -> None:
    cidrs = tuple(
        ServiceCidrFact(name=name, cidrs=(network,), ready=True)
        for name, network in (("kubernetes", "10.97.0.0/24"), ("more", "10.99.0.0/30"))
    )
    facts = changed(full_range()["app"], "service_cidrs", cidrs)
    (claim,) = said(service_network_has_a_free_address, facts)
    assert claim == (Verdict.PASS, "254 of 256 are held")


def test_each_family_has_to_have_room() -> None:
    six = ip_network("fd00:97::/126")
    cidrs = (ServiceCidrFact(name="kubernetes", cidrs=("10.97.0.0/16", str(six)), ready=True),)
    facts = changed(facts_for(world())["app"], "service_cidrs", cidrs)
    services = tuple(service(f"shop/s{n}", ip_address(f"fd00:97::{n}")) for n in (1, 2, 3))
    facts = changed(facts, "services", (*facts.services.value, *services))
    four, held = said(service_network_has_a_free_address, facts)
    assert four[0] is Verdict.PASS
    assert held == (Verdict.FAIL, "3 of 3 are held")
