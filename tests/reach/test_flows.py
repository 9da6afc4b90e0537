"""The flows: those that work and those that fail, on a healthy network and on others."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.live import changed
from tests.reach.answering import answer, asked_too, but
from tests.reach.flowing import (
    HEALTHY,
    fails,
    named,
    works,
)
from tests.reach.network import PLAN, SNAPSHOT, WIRE, facts
from tests.told import connected, http, lines, refused, reply, unusable
from tests.worlds import cidrs, port, with_cluster, with_flow
from trueline.checks.reach_flows import flow_planned_to_fail_fails, planned_flow_works
from trueline.model.observation import Snapshot
from trueline.model.probe import Reply
from trueline.model.topology import Flow

WORKING = [item for item in PLAN.flows if item.expected]
FAILING = [item for item in PLAN.flows if not item.expected]


@pytest.mark.parametrize("item", WORKING, ids=str)
def test_a_healthy_network_carries_every_flow(item: Flow) -> None:
    assert {line.split()[0] for line in works(item.name)} == {"PASS"}


@pytest.mark.parametrize("item", FAILING, ids=str)
def test_a_healthy_network_carries_nothing_that_is_planned_to_fail(item: Flow) -> None:
    wanted = {"NOT_APPLICABLE"} if item.name == "silence" else {"PASS"}
    assert {line.split()[0] for line in fails(item.name)} == wanted


def test_silence_of_a_pool_is_judged_on_the_wire() -> None:
    assert fails("silence") == [
        "NOT_APPLICABLE silence: nothing is asked | that nobody answers for the free addresses of "
        "a pool is L2-006"
    ]


def test_what_comes_to_a_vm_is_judged_at_the_vm() -> None:
    flow = next(item for item in WORKING if item.target.startswith("vm:"))
    assert lines(planned_flow_works, flow, PLAN, WIRE, SNAPSHOT, HEALTHY) == [
        f"NOT_APPLICABLE {flow}: nothing is asked | what comes to the ports of a VM is judged as "
        "VM-001"
    ]


def test_a_climb_names_every_rung() -> None:
    rungs = [line.partition(": ")[2].partition(": ")[0] for line in works("argocd")]
    assert rungs == [
        "layer 2",
        "route",
        "tcp",
        "tls",
        "certificate name",
        "certificate issuer",
        "certificate validity",
        "http",
        "application",
    ]


def test_a_claim_says_where_it_was_tried_and_planned() -> None:
    judged = planned_flow_works(named("metrics"), PLAN, WIRE, SNAPSHOT, HEALTHY)
    assert {claim.evidence for claim in judged.claims} == {("probes from pods-app",)}
    assert {str(claim.at) for claim in judged.claims} == {"topology.yaml:160"}


# --- what cannot be told --------------------------------------------------------------------------


def test_a_vantage_point_that_cannot_be_used_leaves_its_flows_in_doubt() -> None:
    (told,) = works("metrics", unusable(HEALTHY, "pods-app", "no pod"))
    promise = "A flow works from its vantage point, rung by rung, up to the planned application."
    assert told == f"UNKNOWN metrics: {promise} | no pod"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"source": "api:app"}, "nobody can stand at api:app"),
        (
            {"target": "reservation:control/nothing"},
            "nothing can be tried at reservation:control/nothing port 9090/TCP",
        ),
        ({"port": None}, "nothing can be tried at reservation:control/prometheus"),
        ({"target": "pods:app"}, "there is nothing to try at pods:app port 9090/TCP"),
        ({"target": "pods:app", "port": None, "source": "pods:app/x"}, None),
        ({"target": "pods:nowhere"}, "nobody looked at cluster nowhere"),
    ],
)
def test_what_cannot_be_tried(changes: dict[str, object], why: str | None) -> None:
    plan = with_flow(PLAN, "metrics", **changes)
    found = works("metrics", topology=plan)
    assert {line.split()[0] for line in found} == {"UNKNOWN"}
    promise = "A flow works from its vantage point, rung by rung, up to the planned application."
    wanted = promise if why == "nobody looked at cluster nowhere" else "it works"
    assert why is None or found == [f"UNKNOWN metrics: {wanted} | {why}"]


# --- flows to what only the API knows, and flows that must fail -----------------------------------


def test_flows_to_pods_are_tried_at_each_of_them() -> None:
    plan = with_flow(PLAN, "no pods to app", expected=True)
    told = (
        "FAIL no pods to app: pods-control to 10.245.1.9 port 8080: a connection | timed out at tcp"
    )
    assert works("no pods to app", topology=plan) == [told]


def test_a_flow_that_gets_through_where_none_is_planned() -> None:
    key = ("pods-control", "flow no pods to app to 10.245.1.9 port 8080")
    told = "FAIL no pods to app: pods-control to 10.245.1.9 port 8080: no connection | connected"
    assert fails("no pods to app", but(HEALTHY, key, connected())) == [told]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            http(200, "hello"),
            "FAIL plaintext: pods-app to 10.245.1.9 port 8080: no answer | HTTP 200",
        ),
        (
            http(403, "RBAC"),
            "PASS plaintext: pods-app to 10.245.1.9 port 8080: no answer | refused with HTTP 403",
        ),
        (
            http(401, "RBAC"),
            "PASS plaintext: pods-app to 10.245.1.9 port 8080: no answer | refused with HTTP 401",
        ),
        (
            reply("answered", "answer", received=b"\x15\x03"),
            "PASS plaintext: pods-app to 10.245.1.9 "
            "port 8080: no answer | no HTTP answer, it begins with '\\x15\\x03'",
        ),
    ],
)
def test_plaintext_is_refused_by_any_means(said: Reply, told: str) -> None:
    key = ("pods-app", "flow plaintext to 10.245.1.9 port 8080")
    assert fails("plaintext", but(HEALTHY, key, said)) == [told]


@pytest.mark.parametrize(
    ("application", "told"),
    [
        ("http", "FAIL {}: an answer | no HTTP answer, it begins with '\\x15\\x03'"),
        ("https", "FAIL {}: an answer | no HTTP answer, it begins with '\\x15\\x03'"),
        ("redis", "PASS {}: an answer | answered"),
    ],
)
def test_an_answer_is_wanted_in_the_words_of_the_port(application: str, told: str) -> None:
    plan = with_flow(PLAN, "plaintext", expected=True, port=port(f"8080/TCP/{application}"))
    key = ("pods-app", "flow plaintext to 10.245.1.9 port 8080")
    said = but(HEALTHY, key, reply("answered", "answer", received=b"\x15\x03"))
    assert works("plaintext", said, topology=plan) == [
        told.format("plaintext: pods-app to 10.245.1.9 port 8080")
    ]


def test_an_ipv6_address_is_told_in_brackets() -> None:
    plan, found = with_cluster(PLAN, "app", pods=cidrs("fd00::/64")), facts()
    (point,) = found["app"].endpoints.value
    six = changed(found["app"], "endpoints", (replace(point, address=ip_address("fd00::9")),))
    key = ("pods-app", "flow plaintext to fd00::9 port 8080")
    told = "PASS plaintext: pods-app to [fd00::9] port 8080: no answer | refused at tcp"
    assert lines(
        flow_planned_to_fail_fails,
        named("plaintext"),
        plan,
        Snapshot(clusters=found | {"app": six}),
        asked_too(HEALTHY, key, answer(refused())),
    ) == [told]


def test_a_reserved_port_that_must_not_answer() -> None:
    key = ("pods-app", "talk to reservation:app/app2 port 81/TCP")
    told = "FAIL no shop: no connection | connected"
    assert fails("no shop", but(HEALTHY, key, connected())) == [told]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"source": "api:app"}, "nobody can stand at api:app"),
        ({"target": "vm:nothing"}, "nothing can be tried at vm:nothing"),
        (
            {"target": "pods:control/nowhere"},
            "there is nothing to try at pods:control/nowhere port 81/TCP",
        ),
        ({"target": "services:control", "port": None}, None),
        ({"target": "nodes:control", "port": None}, "there is nothing to try at nodes:control"),
    ],
)
def test_a_flow_planned_to_fail_that_cannot_be_tried(
    changes: dict[str, object], why: str | None
) -> None:
    plan = with_flow(PLAN, "no shop", **changes)
    found = fails("no shop", topology=plan)
    assert {line.split()[0] for line in found} == {"UNKNOWN"}
    assert why is None or found == [f"UNKNOWN no shop: it fails | {why}"]


def test_an_address_that_is_the_callers_own_is_not_tried() -> None:
    same = with_cluster(PLAN, "app", pods=PLAN.cluster("control").pods)
    found = facts()
    snapshot = Snapshot(
        clusters=found | {"app": replace(found["app"], endpoints=found["control"].endpoints)}
    )
    (told,) = lines(flow_planned_to_fail_fails, named("no pods to app"), same, snapshot, HEALTHY)
    assert told == "UNKNOWN no pods to app: it fails | there is nothing to try at pods:app"
