"""What is asked for flows and deliveries: from where, of whom, and what is left out."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any

import pytest

from tests.live import unseen
from tests.reach.answering import DATE, answer, grpc_answer
from tests.reach.network import AREAS, LOGIN, PLAN, facts, questions, scene
from tests.told import NOW, http, reply
from tests.worlds import flow, with_cluster, with_flow, with_more, with_reservation, world
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answer
from trueline.model.product import Ingress, Route
from trueline.model.targets import of_flow
from trueline.model.topology import Topology
from trueline.questions import (
    delivery,
    deployments,
    every,
    logins,
    logs,
    matrix,
    metrics,
    reach,
    traces,
    vms,
)
from trueline.questions.question import Question, Scene

ALL = questions()


def names(
    area: Any, topology: Topology, clusters: dict[str, ClusterFacts] | None = None
) -> set[str]:
    return {item.name for item in area.asked(scene(topology, clusters))}


def with_product(name: str, **changes: Any) -> Topology:
    products = tuple(
        replace(item, **changes) if item.name == name else item for item in PLAN.products
    )
    return replace(PLAN, products=products)


def step_of(vantage: str, name: str) -> Any:
    return ALL[vantage, name].probe.steps[0]


def test_no_two_questions_of_a_vantage_point_share_a_name() -> None:
    assert every.asked(scene())


def test_everything_is_asked_within_the_budgets() -> None:
    assert {item.probe.connect for item in ALL.values()} == {PLAN.budgets.connect_timeout}


def test_a_world_without_products_asks_for_flows_and_ports_alone() -> None:
    bare = Scene(topology=world(), clusters=facts(), nonce="n", now=1.0)
    asked = [[item.name for item in area(bare)] for area in AREAS]
    assert [bool(found) for found in asked] == [True] * 3 + [False] * 5 + [True]


# --- flows ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "path", "method"),
    [
        ("metrics", "/api/v1/status/buildinfo", "GET"),
        ("logs", "/loki/api/v1/status/buildinfo", "GET"),
        ("trace queries", "/api/status/buildinfo", "GET"),
        ("spans", "/v1/traces", "POST"),
        ("secrets", "/v1/sys/health", "GET"),
        ("argocd", "/api/version", "GET"),
        ("dashboards", "/api/health", "GET"),
        ("gitops", "/version", "GET"),
        ("app1", "/", "GET"),
    ],
)
def test_each_product_is_asked_what_only_it_answers(name: str, path: str, method: str) -> None:
    target = of_flow(PLAN, {item.name: item for item in PLAN.flows}[name])
    assert target is not None
    asked = reach.request(PLAN, target)
    assert (asked.method, asked.path) == (method, path)


def test_a_tenant_is_sent_along() -> None:
    step = step_of("pods-app", "talk to reservation:control/loki port 3100/TCP")
    assert step.request.headers == (("X-Scope-OrgID", "app"),)
    plan = with_product("tempo", tenant="app")
    found = {item.name: item for item in reach.asked(scene(plan))}
    send = found["talk to reservation:control/tempo port 4317/TCP"].probe.steps[0].send
    bare = step_of("pods-app", "talk to reservation:control/tempo port 4317/TCP").send
    assert len(base64.b64decode(send)) > len(base64.b64decode(bare))


def test_tls_is_asked_by_the_first_planned_name() -> None:
    step = step_of("host", "talk to reservation:control/argocd port 443/TCP")
    assert (step.transport, step.server_name) == ("tls", "argocd.control.test")
    assert step.request.host == "argocd.control.test"


def test_a_gateway_is_asked_for_a_host_that_it_routes() -> None:
    route = Route(
        host="shop.test",
        gateway="reservation:control/ingress",
        service="apps/shop",
        tls=None,
        plain=80,
        redirect=False,
        at=PLAN.at,
    )
    plan = replace(PLAN, ingress=Ingress(routes=(route,)))
    found = {item.name: item for item in reach.asked(scene(plan))}
    request = found["talk to reservation:control/ingress port 80/TCP"].probe.steps[0].request
    assert request is not None
    assert request.host == "shop.test"
    bare = step_of("host", "talk to reservation:control/ingress port 80/TCP").request
    assert bare.host == "192.168.64.106"


def test_a_gateway_of_another_host_is_asked_for_itself() -> None:
    route = Route(
        host="shop.test",
        gateway="reservation:app/ingress",
        service="apps/shop",
        tls=443,
        plain=None,
        redirect=False,
        at=PLAN.at,
    )
    plan = replace(PLAN, ingress=Ingress(routes=(route,)))
    found = {item.name: item for item in reach.asked(scene(plan))}
    request = found["talk to reservation:app/ingress port 80/TCP"].probe.steps[0].request
    assert request is not None
    assert request.host == "192.168.64.120"


def test_the_east_west_gateway_is_asked_by_the_name_of_a_workload() -> None:
    step = step_of("pods-app", "talk to reservation:control/east-west port 15443/TCP")
    assert step.server_name == "outbound_.8080_._.hello.apps.svc.cluster.local"


def test_dns_over_tcp_has_its_length_before_it() -> None:
    plan = with_more(
        PLAN, flows=(flow("names by TCP", "vantage:host", "reservation:control/dns", "53/TCP"),)
    )
    found = {item.name: item for item in reach.asked(scene(plan))}
    assert found["talk to reservation:control/dns port 53/TCP"].probe.steps[0].read == "frame"


def test_flows_that_nobody_can_stand_at_the_source_of_are_not_asked() -> None:
    plan = replace(PLAN, flows=(flow("x", "api:app", "reservation:app/app1", "80/TCP"),))
    assert names(reach, plan) == set()


def test_a_udp_port_of_which_nothing_is_planned_cannot_be_asked() -> None:
    plan = with_more(
        PLAN, flows=(flow("syslog", "vantage:host", "reservation:app/app1", "514/UDP"),)
    )
    assert "talk to reservation:app/app1 port 514/UDP" not in names(reach, plan)


def test_without_a_port_for_queries_spans_are_sent_and_not_looked_for() -> None:
    (tempo,) = (item for item in PLAN.reservations if str(item) == "control/tempo")
    plan = with_reservation(PLAN, "control/tempo", ports=tempo.ports[:1])
    assert names(traces, plan) == {"send a span to tempo by gRPC for pods:app/tracing"}


def test_pods_are_taken_from_the_facts_one_for_each_node() -> None:
    one = {item.name: item for item in PLAN.flows}["no pods to app"]
    assert [port for _, port in reach.seen(PLAN, one, facts()["app"])] == [8080]
    blind = facts() | {"app": unseen(facts()["app"], "endpoints", "forbidden")}
    assert "flow no pods to app to 10.245.1.9 port 8080" not in names(reach, PLAN, blind)
    assert "flow no pods to control to 10.244.1.9 port 9090" in names(reach, PLAN, blind)


def test_services_are_tried_at_their_cluster_ips() -> None:
    plan = with_more(
        PLAN,
        flows=(
            flow("any", "pods:app", "services:control", expected=False),
            flow("one", "pods:app", "services:control", "80/TCP", expected=False),
            flow("none", "pods:app", "services:control", "81/TCP", expected=False),
        ),
    )
    found = names(reach, plan)
    assert {name.split()[1] for name in found if name.startswith("flow ")} >= {"any", "one"}
    assert not [name for name in found if name.startswith("flow none")]


def test_an_address_of_version_6_is_asked_in_brackets() -> None:
    plan = with_cluster(PLAN, "app", pods=(replace_cidr("fd00:1::/64"),))
    clusters = facts()
    endpoints = clusters["app"].endpoints
    assert endpoints.kind == "seen"
    (pod,) = endpoints.value
    six = replace(pod, address=type(plan.cluster("app").pods[0]).parse("fd00:1::9/128").network[0])
    clusters["app"] = replace(clusters["app"], endpoints=replace(endpoints, value=(six,)))
    (asked,) = (
        item
        for item in reach.asked(scene(plan, clusters))
        if item.name == "flow plaintext to fd00:1::9 port 8080"
    )
    request = asked.probe.steps[0].request
    assert request is not None
    assert request.host == "[fd00:1::9]"


def replace_cidr(text: str) -> Any:
    return type(PLAN.cluster("app").pods[0]).parse(text)


# --- deliveries -----------------------------------------------------------------------------------


def secured(name: str) -> Topology:
    (item,) = (one for one in PLAN.reservations if str(one) == f"control/{name}")
    ports = tuple(replace(port, application="https") for port in item.ports)
    return with_reservation(PLAN, f"control/{name}", ports=ports, tls_names=(f"{name}.test",))


def test_products_behind_tls_are_written_and_read_over_tls() -> None:
    found: list[Question] = [*metrics.asked(scene(secured("prometheus")))]
    found += logs.asked(scene(secured("loki")))
    steps = [step for item in found for step in item.probe.steps]
    assert {step.transport for step in steps if step.port in (9090,)} == {"tls"}
    assert {step.server_name for step in steps if step.port == 9090} == {"prometheus.test"}


@pytest.mark.parametrize(
    ("area", "name"),
    [(metrics, "prometheus"), (logs, "loki"), (traces, "tempo"), (logins, "vault")],
)
def test_a_stand_in_and_a_product_without_a_port_are_asked_nothing(area: Any, name: str) -> None:
    assert names(area, with_product(name, stand_in=True)) == set()
    assert names(area, with_product(name, target="vm:redis")) == set()


def test_without_labels_nobody_asks_what_arrives() -> None:
    for area, name in ((metrics, "prometheus"), (logs, "loki")):
        (item,) = (one for one in PLAN.products if one.name == name)
        plan = with_product(name, senders=tuple(replace(one, labels={}) for one in item.senders))
        assert not [one for one in names(area, plan) if one.startswith("what arrives")]


def test_without_a_tenant_nobody_asks_who_else_reads() -> None:
    (item,) = (
        one
        for one in logs.asked(scene(with_product("loki", tenant=None)))
        if one.name.startswith("read from")
    )
    assert len(item.probe.steps) == 1


def test_a_tempo_with_tenants_is_asked_without_one() -> None:
    assert "read tempo without a tenant" in names(logs, with_product("tempo", tenant="app"))


def test_a_trace_is_named_alike_whenever_it_is_asked_for() -> None:
    (sender,) = next(item for item in PLAN.products if item.name == "tempo").senders
    assert traces.span("n0", sender, "HTTP") == traces.span("n0", sender, "HTTP", 0.0)
    assert traces.span("n0", sender, "HTTP").trace != traces.span("n1", sender, "HTTP").trace
    assert len(traces.span("n0", sender, "HTTP").trace) == 32


def awaited(vantage: str, name: str) -> Any:
    until = ALL[vantage, name].until
    assert until is not None
    return until


def one(*replies: Any) -> Answer:
    return answer(*replies)


def test_what_was_written_is_awaited() -> None:
    read = awaited("host", "read from prometheus what was written for pods:app/monitoring")
    assert read(one(http(200, '{"data": {"result": [{}]}}')))
    assert not read(one(http(200, '{"data": {"result": []}}')))
    line = awaited("host", "read from loki what was written for pods:app/logging")
    assert not line(one(http(200, '{"data": "?"}')))
    found = awaited("host", "find in tempo the span sent by HTTP for pods:app/tracing")
    assert found(one(http(200, '{"name":"trueline n0 by HTTP"}')))
    assert not found(one(http(200, '{"name":"trueline n0 by gRPC"}')))
    shipped = awaited("host", "what arrives in loki of pods:app/logging")
    assert not shipped(one(http(200, "[]")))


def test_fresh_samples_are_awaited() -> None:
    arriving = awaited("host", "what arrives in prometheus of pods:app/monitoring")
    (new, old) = (
        http(200, f'{{"data": {{"result": [{{"values": [[{NOW - age}, "1"]]}}]}}}}', Date=DATE)
        for age in (1, 999)
    )
    assert arriving(one(new))
    assert not arriving(one(old))
    assert not arriving(one(http(200, "{}")))


def test_a_call_is_made_again_until_it_was_answered() -> None:
    ended = awaited("pods:app/tracing", "send a span to tempo by gRPC for pods:app/tracing")
    assert ended(one(reply("answered", "answer", received=grpc_answer(("grpc-status", "0")))))
    assert not ended(one(reply("answered", "answer", received=grpc_answer())))
    assert not ended(one(reply("answered", "answer", received=b"HTTP/1.1 400")))


def test_a_login_is_tried_again_until_it_was_answered() -> None:
    said = awaited("host", "a login as root without a password at vm:mysql port 3306/TCP")
    greeting = b"\x2d\0\0\0\x0a8.4\0" + bytes(40)
    assert not said(one(reply("answered", "answer", received=greeting)))
    denied = greeting + b"\x05\0\0\1\xff\x15\x04no"
    assert said(one(reply("answered", "answer", received=denied)))
    assert not said(one(reply("answered", "answer", received=b"HTTP/1.1 400")))


def test_results_of_something_else_are_none() -> None:
    assert delivery.results(one(http(200, "[]"))) == []
    assert delivery.results(one(http(200, '{"data": []}'))) == []
    assert delivery.results(one(http(200)), step=1) == []
    assert delivery.samples({"values": "?"}) == []


# --- the others -----------------------------------------------------------------------------------


def test_argocds_metrics_are_looked_for_at_their_service() -> None:
    step = step_of("pods-control", "clusters that argocd is connected to")
    assert (step.host, step.port, step.request.path) == ("10.96.7.7", 8082, "/metrics")
    clusters = facts()
    services = clusters["control"].services
    assert services.kind == "seen"
    kept = tuple(item for item in services.value if item.namespace != "argocd")
    bare = replace(clusters["control"], services=replace(services, value=kept))
    assert not [
        n for n in names(deployments, PLAN, clusters | {"control": bare}) if "connected" in n
    ]
    away = with_product("argocd", target="vm:redis")
    assert not [n for n in names(deployments, away) if "connected" in n]


def test_a_grafana_without_a_port_is_asked_nothing() -> None:
    assert not [
        n for n in names(deployments, with_product("grafana", target="vm:redis")) if "grafana" in n
    ]


def test_a_login_without_a_workload_or_a_secret_asks_what_it_can() -> None:
    nobody = with_product("vault", logins=(replace(LOGIN, service_account="other"),))
    asked = [(item.vantage, item.name) for item in logins.asked(scene(nobody))]
    assert {vantage for vantage, _ in asked} == {"canary", "stranger"}
    bare = with_product("vault", logins=(replace(LOGIN, reads=None),))
    (first, _) = logins.asked(scene(bare))
    assert len(first.probe.steps) == 2


def test_matrix_asks_everybody_for_every_port() -> None:
    asked = [item.vantage for item in matrix.asked(scene()) if "app/app1" in item.name]
    assert asked == ["host", "pods-control", "pods-app"]


def test_a_front_is_asked_by_everybody() -> None:
    plan = with_cluster(PLAN, "app", api="https://192.168.64.31:6443")
    asked = [item.vantage for item in vms.asked(scene(plan)) if item.name.startswith("talk to api")]
    assert sorted(set(asked)) == ["host", "pods-app", "pods-control"]


def test_what_the_checks_of_vms_read_is_asked_without_the_flows() -> None:
    mine = {(item.vantage, item.name): item.probe for item in vms.asked(scene())}
    assert ("pods-control", "talk to vm:redis port 6379/TCP") in mine
    assert ("pods-control", "talk to vm:mysql port 3306/TCP") in mine
    assert all(ALL[key].probe == one for key, one in mine.items())
    lost = with_flow(PLAN, "cache", source="api:app")
    assert "talk to vm:redis port 6379/TCP" not in names(vms, lost)
