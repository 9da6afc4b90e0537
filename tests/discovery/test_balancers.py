"""Pools and held addresses: which become reservations, what they are called, what they serve."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

from tests.discovery.drafting import app, drafted, found, gaps, set_up, values
from tests.live import balancer, changed, pod, unseen, with_each, with_more, with_one, without
from trueline.discovery.balancers import namespace_of
from trueline.discovery.text import text
from trueline.model.address import Range
from trueline.model.found import Found, PortSeen
from trueline.model.metallb import OLD_PREFIX
from trueline.model.observation import ClusterFacts, PoolFact, PortFact
from trueline.model.settings import HintFact, MetricsFact

HELD = "192.168.64.130"
WHERE = "clusters.app.load_balancer"


def reserved(of: Found) -> Any:
    return values(of)["clusters"]["app"]["load_balancer"]["reservations"]


def with_port(name: str, number: int, protocol: str = "TCP") -> ClusterFacts:
    port = PortFact(name=name, port=number, protocol=protocol, target=str(number))
    return with_more(app(), "services", balancer("shop/web", HELD, ports=(port,)))


def test_a_held_address_is_reserved_for_its_service() -> None:
    assert reserved(found(with_port("", 81)))["web"] == {
        "address": HELD,
        "service": "shop/web",
        "ports": ["81/TCP"],
    }


def test_who_asks_for_an_address_and_who_was_given_one() -> None:
    written = text(drafted(found(with_port("", 81))))
    assert f"address: {HELD}  # Service shop/web was given it, and does not ask for it" in written
    assert "address: 192.168.64.121  # Service app1/app1 asks for it" in written


def test_two_services_of_one_name_are_told_apart() -> None:
    more = with_more(
        app(), "services", balancer("a/web", "192.168.64.130"), balancer("b/web", "192.168.64.131")
    )
    assert {"web", "b-web"} <= set(reserved(found(more)))


def test_a_shared_address_one_outside_every_pool_and_one_that_is_awaited_are_said() -> None:
    more = with_more(
        app(),
        "services",
        balancer("a/web", HELD),
        balancer("b/web", HELD),
        balancer("c/web", "192.168.64.250"),
        balancer("d/web"),
        balancer("E/web", "192.168.64.131"),
    )
    assert {item["service"] for item in reserved(found(more)).values()} >= {"a/web"}
    said = [why for path, why in _all_gaps(found(more)) if path == f"{WHERE}.reservations"]
    assert said == [
        "who 192.168.64.131 is for: E/web holds it outside every pool",
        f"who {HELD} is for: b/web shares it with another Service",
        "who 192.168.64.250 is for: c/web holds it outside every pool",
        "the address of d/web, which waits for one",
    ]


def _all_gaps(of: Found) -> list[tuple[str, str]]:
    return [(".".join(path), why) for path, why in drafted(of).gaps()]


@pytest.mark.parametrize(
    ("port", "seen", "written"),
    [
        (("", 81), None, "81/TCP"),
        (("", 81), PortSeen(connected=False), "81/TCP"),
        (("", 81), PortSeen(connected=True, speaks="http"), "81/TCP/http"),
        (("grpc-api", 81), PortSeen(connected=True, speaks="http"), "81/TCP/grpc"),
        (("http-web", 81), PortSeen(connected=True, speaks="https"), "81/TCP/https"),
        (("http-web", 81), PortSeen(connected=True, speaks="https", plain=True), "81/TCP/http"),
        (("web", 81), PortSeen(connected=True, speaks="https", plain=True), "81/TCP/https"),
        (("http", 81), None, "81/TCP/http"),
        (("tcp-web", 81), None, "81/TCP"),
        (("dns", 53, "UDP"), None, "53/UDP/dns"),
        (("http", 53, "UDP"), PortSeen(connected=True, speaks="tls"), "53/UDP/http"),
    ],
)
def test_what_speaks_on_a_port_by_the_best_witness(
    port: tuple[Any, ...], seen: PortSeen | None, written: str
) -> None:
    ports = {(ip_address(HELD), port[1]): seen} if seen else {}
    assert reserved(found(with_port(*port), ports=ports))["web"]["ports"] == [written]


def test_an_app_protocol_is_a_witness_and_a_protocol_of_no_plan_is_left_out() -> None:
    hint = HintFact(service="shop/web", hostnames=(), applications={81: "HTTP"})
    of = found(with_port("", 81), settings=set_up(hints=(hint,)))
    assert reserved(of)["web"]["ports"] == ["81/TCP/http"]
    assert reserved(found(with_port("", 81, "SCTP")))["web"]["ports"] == []


def test_the_names_of_a_certificate_that_was_shown() -> None:
    names = ("shop.test", "*.shop.test", "192.0.2.1", "shop.test")
    seen = PortSeen(connected=True, speaks="https", names=names)
    of = found(with_port("", 8443), ports={(ip_address(HELD), 8443): seen})
    assert reserved(of)["web"]["tls_names"] == ["shop.test"]
    assert f"{WHERE}.reservations.web.tls_names" not in gaps(of)


def test_a_port_with_tls_whose_names_nobody_tells_is_excepted() -> None:
    of = found(with_port("", 443))
    subjects = {(item["requirement"], item["subject"]) for item in values(of)["exceptions"]}
    assert ("PLAN-035", "app/web tls_names") in subjects


def test_products_and_gateways_are_called_as_what_they_are() -> None:
    loki = replace(pod("x", "log-1", None, labels={"app": "log"}), images={"a": "grafana/loki:3"})
    gate = pod("x", "gate-1", None, labels={"app": "gate", "istio": "ingressgateway"})
    more = with_more(
        with_more(app(), "pods", loki, gate),
        "services",
        balancer("x/log", HELD, selector={"app": "log"}),
        balancer("x/gate", "192.168.64.131", selector={"app": "gate"}),
    )
    more = without(more, "services", "istio-system/istio-ingressgateway")
    assert {"loki", "istio-ingress"} <= set(reserved(found(more)))


def test_how_a_pool_is_given_out_and_announced() -> None:
    pools = values(found())["clusters"]["app"]["load_balancer"]["pools"]
    assert pools["spare"] == {
        "addresses": ["192.168.64.124-192.168.64.140"],
        "auto_assign": True,
        "advertise": "l2",
    }
    silent = values(found(changed(app(), "advertisements", ())))
    assert silent["clusters"]["app"]["load_balancer"]["pools"]["spare"]["advertise"] == "none"
    blind = unseen(app(), "advertisements", "may not list")
    assert gaps(found(blind))[f"{WHERE}.pools.spare.advertise"] == "may not list"


def test_a_pool_of_another_segment_one_of_no_plan_and_a_range_that_is_none() -> None:
    away = PoolFact(name="away", ranges=(Range.parse("203.0.113.8/29"),), auto_assign=False)
    odd = PoolFact(name="Odd", ranges=(), auto_assign=False)
    torn = PoolFact(name="torn", ranges=(), auto_assign=False, unreadable=("1-2",))
    of = found(with_more(app(), "pools", away, odd, torn))
    seen = values(of)
    assert seen["segments"]["lan-2"]["cidr"] == "203.0.113.0/24"
    pools = seen["clusters"]["app"]["load_balancer"]["pools"]
    assert pools["away"]["segment"] == "lan-2"
    assert gaps(of)[f"{WHERE}.pools.Odd"] == "a plan cannot call a pool so"
    assert gaps(of)[f"{WHERE}.pools.torn.addresses"] == (
        "what MetalLB makes of 1-2, which is no range"
    )


def test_the_port_of_the_speakers_metrics() -> None:
    fact = MetricsFact(owner="metallb-system/speaker", container="speaker", port=7473)
    of = found(settings=set_up(metrics=(fact,)))
    assert values(of)["clusters"]["app"]["load_balancer"]["metrics_port"] == 7473
    none = found(settings=set_up(metrics=(replace(fact, container="frr"),)))
    assert gaps(none)[f"{WHERE}.metrics_port"] == "no speaker names a port of its metrics"


def _without_metallb() -> ClusterFacts:
    return changed(changed(app(), "workloads", ()), "pools", ())


def test_another_load_balancer_has_no_pools_that_are_known() -> None:
    of = found(_without_metallb())
    assert values(of)["clusters"]["app"]["load_balancer"] == {"kind": "other"}
    assert gaps(of)[f"{WHERE}.pools"] == (
        "which addresses belong to the load balancer; held are: "
        "istio-system/istio-ingressgateway 192.168.64.120, app1/app1 192.168.64.121, "
        "app2/app2 192.168.64.122, istio-system/istio-eastwestgateway 192.168.64.123"
    )


def test_no_load_balancer_at_all() -> None:
    alone = with_each(_without_metallb(), "services", lambda item: None if item.ingress else item)
    of = found(alone)
    assert "load_balancer" not in values(of)["clusters"]["app"]
    assert gaps(of)[WHERE] == "no Service is of type LoadBalancer, and no MetalLB runs"


def test_metallb_is_found_where_it_runs() -> None:
    moved = with_each(app(), "workloads", lambda item: replace(item, namespace="lb"))
    assert namespace_of(moved) == "lb"
    assert namespace_of(_without_metallb()) is None
    assert values(found(moved))["clusters"]["app"]["load_balancer"]["namespace"] == "lb"


def test_a_service_that_asks_in_its_spec_asks_too() -> None:
    asked = with_one(
        app(), "services", "app1/app1", load_balancer_ip="192.168.64.121",
        annotations={f"{OLD_PREFIX}allow-shared-ip": "x"},
    )  # fmt: skip
    assert "192.168.64.121  # Service app1/app1 asks for it" in text(drafted(found(asked)))
