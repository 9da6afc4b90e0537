"""Metrics, logs and spans: each way in which a delivery is lost, told apart."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.reach.answering import DATE, answer, but, grpc_answer, healthy
from tests.reach.network import PLAN
from tests.told import NOW, http, lines, refused, reply, unusable
from tests.worlds import with_reservation
from trueline.checks import reach_logs, reach_metrics, reach_senders, reach_traces
from trueline.checks.reach_writes import Round
from trueline.model.check import Check
from trueline.model.probe import Answers, Reply
from trueline.model.subject import Delivery, deliveries
from trueline.model.topology import Topology
from trueline.questions import metrics

HEALTHY = healthy()
READ = "read from {0} what was written for pods:app/{1}"


def delivery(kind: str, topology: Topology = PLAN) -> Delivery:
    (found,) = deliveries(topology, kind)
    return found


def of(check: Check, kind: str, answers: Answers = HEALTHY, topology: Topology = PLAN) -> list[str]:
    return lines(check, delivery(kind, topology), topology, answers)


def changed_product(name: str, **changes: Any) -> Topology:
    products = tuple(
        replace(item, **changes) if item.name == name else item for item in PLAN.products
    )
    return replace(PLAN, products=products)


def unlabelled(name: str) -> Topology:
    (item,) = (one for one in PLAN.products if one.name == name)
    return changed_product(name, senders=tuple(replace(one, labels={}) for one in item.senders))


CHECKS = [
    ("prometheus", reach_metrics.metrics_arrive_with_the_senders_labels),
    ("prometheus", reach_metrics.written_sample_is_read_back),
    ("prometheus", reach_senders.each_series_has_one_sender),
    ("loki", reach_logs.logs_arrive_with_the_senders_labels),
    ("loki", reach_logs.written_line_is_read_back),
    ("tempo", reach_traces.sent_span_is_found),
]


@pytest.mark.parametrize(("kind", "check"), CHECKS)
def test_a_stand_in_is_asked_nothing(kind: str, check: Check) -> None:
    (told,) = of(check, kind, topology=changed_product(kind, stand_in=True))
    assert told.startswith("NOT_APPLICABLE ")
    assert told.endswith("| a stand-in proves nothing of the product")


@pytest.mark.parametrize(
    ("kind", "check", "what"),
    [
        ("prometheus", reach_metrics.metrics_arrive_with_the_senders_labels, "samples"),
        ("prometheus", reach_senders.each_series_has_one_sender, "samples"),
        ("loki", reach_logs.logs_arrive_with_the_senders_labels, "lines"),
    ],
)
def test_without_labels_nothing_can_be_told_apart(kind: str, check: Check, what: str) -> None:
    (told,) = of(check, kind, topology=unlabelled(kind))
    assert told.startswith("NOT_APPLICABLE ")
    assert told.endswith(f"| the plan gives its {what} no label")


@pytest.mark.parametrize(("kind", "check"), CHECKS)
def test_nothing_can_be_told_where_nobody_can_read(kind: str, check: Check) -> None:
    hushed = replace(PLAN, vantages=tuple(item for item in PLAN.vantages if item.kind != "host"))
    assert not [line for line in of(check, kind) if line.startswith("UNKNOWN")]
    found = of(check, kind, unusable(HEALTHY, "host", "no host"))
    assert found[-1].endswith("| no host")
    away = changed_product(kind, target="vm:redis")
    assert of(check, kind, topology=away)[-1].startswith(("UNKNOWN", "NOT_APPLICABLE"))
    (item,) = (one for one in hushed.products if one.name == kind)
    assert Round(delivery(kind), hushed, HEALTHY).reader == "pods-control"
    assert item.senders


# --- metrics --------------------------------------------------------------------------------------

ARRIVING = ("host", "what arrives in prometheus of pods:app/monitoring")
VALUES = ("host", "values of cluster in prometheus")
WRITE = ("pods:app/monitoring", "write into prometheus for pods:app/monitoring")
CANARY = ("host", READ.format("prometheus", "monitoring"))


def result(*found: Any) -> Reply:
    return http(200, json.dumps({"status": "success", "data": {"result": found}}), Date=DATE)


def series(*ages: float) -> Reply:
    return result({"values": [[NOW - age, "1"] for age in ages]})


ARRIVE = reach_metrics.metrics_arrive_with_the_senders_labels
FRESH = "prometheus from app/monitoring: fresh samples of up with {cluster: app}"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (series(6, 4, 2), f"PASS {FRESH} | the newest sample is 2 s old, where 8 s may be"),
        (series(30, 20, 10), f"PASS {FRESH} | the newest sample is 10 s old, where 32 s may be"),
        (series(50, 48, 46), f"FAIL {FRESH} | the newest sample is 46 s old, where 8 s may be"),
        (series(100), f"PASS {FRESH} | the newest sample is 100 s old, where 182 s may be"),
        (series(200), f"FAIL {FRESH} | the newest sample is 200 s old, where 182 s may be"),
        (result(), f"FAIL {FRESH} | no such series; cluster is {{app}}"),
        (refused(), f"FAIL {FRESH} | refused at tcp"),
        (http(503, "starting"), f"FAIL {FRESH} | HTTP 503: starting"),
        (
            reply("answered", "answer", received=b"+PONG\r\n"),
            f"FAIL {FRESH} | no HTTP answer, it begins with '+PONG\\r\\n'",
        ),
    ],
)
def test_samples_are_there_and_fresh(said: Reply, told: str) -> None:
    assert of(ARRIVE, "prometheus", but(HEALTHY, ARRIVING, said)) == [told]


@pytest.mark.parametrize(
    ("said", "values"),
    [
        (http(200, '{"data": ["control"]}'), "{control}"),
        (http(200, "nothing"), "nothing"),
        (reply("answered", "answer", received=b"x"), "nothing"),
    ],
)
def test_what_the_label_is_instead_is_told(said: Reply, values: str) -> None:
    answers = but(but(HEALTHY, ARRIVING, result()), VALUES, said)
    (told,) = of(ARRIVE, "prometheus", answers)
    assert told.endswith(f"| no such series; cluster is {values}")


def test_without_a_date_the_clock_of_the_reader_counts() -> None:
    bare = http(200, json.dumps({"data": {"result": [{"values": [[NOW - 3, "1"]]}]}}))
    assert metrics.age(answer(bare)) == (3.0, 182.0)


WRITES = "prometheus from app/monitoring write: HTTP 200 or 204"
SAMPLE = reach_metrics.written_sample_is_read_back


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            http(
                404,
                "remote write receiver needs to be enabled with --web.enable-remote-write-receiver",
            ),
            "HTTP 404: the receiver is off (--web.enable-remote-write-receiver)",
        ),
        (http(404, "404 page not found"), "HTTP 404: 404 page not found"),
        (
            http(400, "out of order\nsample"),
            "HTTP 400, which senders drop for good: out of order sample",
        ),
        (http(500, "disk full"), "HTTP 500: disk full"),
        (refused(), "refused at tcp"),
        (
            reply("answered", "answer", received=b"x"),
            "no HTTP answer, it begins with 'x'",
        ),
    ],
)
def test_a_refused_sample_is_not_looked_for(said: Reply, told: str) -> None:
    assert of(SAMPLE, "prometheus", but(HEALTHY, WRITE, said)) == [f"FAIL {WRITES} | {told}"]


def test_a_sample_is_found_with_its_labels_or_lost() -> None:
    read = "prometheus from app/monitoring read: found within 15 s"
    assert of(SAMPLE, "prometheus") == [
        f"PASS {WRITES} | HTTP 204",
        f"PASS {read} | found after 0.4 s",
    ]
    lost = but(HEALTHY, CANARY, result())
    assert of(SAMPLE, "prometheus", lost)[1] == f"FAIL {read} | accepted, and not there after 15 s"
    strange = but(HEALTHY, CANARY, result({"metric": {"cluster": "other"}}, {"value": 1}))
    assert of(SAMPLE, "prometheus", strange)[1].startswith("FAIL ")
    down = but(HEALTHY, CANARY, refused())
    assert of(SAMPLE, "prometheus", down)[1] == f"FAIL {read} | refused at tcp after 15 s"


def test_what_is_found_without_waiting_says_so() -> None:
    labels = {"cluster": "app", "trueline_run": "n0", "trueline_sender": "pods:app/monitoring"}
    at_once = but(HEALTHY, CANARY, result({"metric": labels}))
    assert of(SAMPLE, "prometheus", at_once)[1].endswith("| found")


# --- logs -----------------------------------------------------------------------------------------

LOGS = ("host", "what arrives in loki of pods:app/logging")
PUSH = ("pods:app/logging", "write into loki for pods:app/logging")
LINE = ("host", READ.format("loki", "logging"))
LINES = "loki from app/logging: lines with {cluster: app}"
SHIP, PUSHED = reach_logs.logs_arrive_with_the_senders_labels, reach_logs.written_line_is_read_back


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (result({"value": [NOW, "12"]}), f"PASS {LINES} | 12 within 300 s"),
        (result(), f"FAIL {LINES} | none within 300 s"),
        (result({"value": [NOW, "0"]}), f"FAIL {LINES} | none within 300 s"),
        (result({"value": "?"}), f"FAIL {LINES} | none within 300 s"),
        (http(401, "no org id"), f"FAIL {LINES} | HTTP 401: no org id"),
    ],
)
def test_lines_of_the_shipper_arrive(said: Reply, told: str) -> None:
    assert of(SHIP, "loki", but(HEALTHY, LOGS, said)) == [told]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (200, "HTTP 200: why"),
        (260, "HTTP 260, ingestion is blocked, though the status looks like success: why"),
        (400, "HTTP 400, refused for good: why"),
        (401, "HTTP 401, no tenant was named: why"),
        (404, "HTTP 404, there is no such path: why"),
        (429, "HTTP 429, rate limited: why"),
        (500, "HTTP 500: why"),
    ],
)
def test_only_the_documented_status_is_success(status: int, told: str) -> None:
    found = of(PUSHED, "loki", but(HEALTHY, PUSH, http(status, "why")))
    assert found == [f"FAIL loki from app/logging write: HTTP 204 | {told}"]


MINE = {"values": [["1", "trueline n0 for pods:app/logging"]]}


@pytest.mark.parametrize(
    ("replies", "told"),
    [
        ((result(MINE), result()), "PASS {} under another tenant: no such line | none"),
        ((result(MINE), http(403, "no")), "PASS {} under another tenant: no such line | none"),
        (
            (result(MINE), result(MINE)),
            "FAIL {} under another tenant: no such line | trueline n0 for pods:app/logging",
        ),
        (
            (result(MINE), refused()),
            "UNKNOWN {} under another tenant: no such line | refused at tcp",
        ),
        ((result(MINE),), "UNKNOWN {} under another tenant: no such line | answered"),
        (
            (result(), result()),
            "FAIL {} read: found within 15 s | accepted, and not there after 15 s",
        ),
        (
            (http(404, "x"), result()),
            "FAIL {} read: found within 15 s | accepted, and not there after 15 s",
        ),
    ],
)
def test_a_line_is_found_under_its_tenant_and_under_no_other(
    replies: tuple[Reply, ...], told: str
) -> None:
    found = of(PUSHED, "loki", but(HEALTHY, LINE, *replies, settled=0.2))
    assert found[-1] == told.format("loki from app/logging")


def test_without_tenants_there_is_no_other() -> None:
    assert len(of(PUSHED, "loki", topology=changed_product("loki", tenant=None))) == 2


def tenants(answers: Answers = HEALTHY, topology: Topology = PLAN, name: str = "loki") -> list[str]:
    (item,) = (one for one in topology.products if one.name == name)
    return lines(reach_logs.who_names_no_tenant_is_refused, item, topology, answers)


def test_who_names_no_tenant_is_refused() -> None:
    assert tenants() == [
        "PASS loki read without a tenant: HTTP 401 or 403 | HTTP 401",
        "PASS loki write without a tenant: HTTP 401 or 403 | HTTP 401",
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (http(200, "{}"), "FAIL loki read without a tenant: HTTP 401 or 403 | HTTP 200: {}"),
        (refused(), "UNKNOWN loki read without a tenant: HTTP 401 or 403 | refused at tcp"),
        (
            reply("answered", "answer", received=b"x"),
            "UNKNOWN loki read without a tenant: HTTP 401 or 403 | no HTTP answer, it begins "
            "with 'x'",
        ),
    ],
)
def test_who_is_let_in_without_a_tenant(said: Reply, told: str) -> None:
    assert tenants(but(HEALTHY, ("host", "read loki without a tenant"), said))[0] == told


def test_no_tenants_no_question() -> None:
    (told,) = tenants(topology=changed_product("loki", tenant=None))
    assert told == "NOT_APPLICABLE loki: nothing is asked | the plan gives it no tenant"
    (told,) = tenants(topology=changed_product("loki", stand_in=True))
    assert told.endswith("| a stand-in proves nothing of the product")
    (told,) = tenants(topology=changed_product("loki", target="vm:redis"))
    assert told.endswith("| no planned port of loki answers queries")


# --- spans ----------------------------------------------------------------------------------------

HTTP = ("pods:app/tracing", "send a span to tempo by HTTP for pods:app/tracing")
GRPC = ("pods:app/tracing", "send a span to tempo by gRPC for pods:app/tracing")
FOUND = ("host", "find in tempo the span sent by HTTP for pods:app/tracing")
SPAN = reach_traces.sent_span_is_found
BY_HTTP, BY_GRPC = "tempo from app/tracing by HTTP", "tempo from app/tracing by gRPC"


def test_a_span_is_found_over_both_protocols() -> None:
    assert of(SPAN, "tempo") == [
        f"PASS {BY_GRPC}: sent: taken | gRPC status 0",
        f"PASS {BY_GRPC}: found: found within 15 s | found after 0.4 s",
        f"PASS {BY_HTTP}: sent: taken | HTTP 200",
        f"PASS {BY_HTTP}: found: found within 15 s | found after 0.4 s",
    ]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            refused(),
            "refused at tcp, though port 3200 answers: the receiver of port 4318 may listen to "
            "its own host alone",
        ),
        (reply("timed out", "route", "tcp"), "timed out at tcp"),
        (http(404, "no"), "HTTP 404: no"),
        (
            http(200, '{"partialSuccess": {"rejectedSpans": "1"}}'),
            "HTTP 200, and 1 spans rejected",
        ),
        (
            reply("answered", "answer", received=grpc_answer()),
            "HTTP/2 of a gRPC server (swapped ports?)",
        ),
        (reply("answered", "answer", received=b"x"), "no HTTP answer, it begins with 'x'"),
    ],
)
def test_a_span_that_is_not_taken_over_http(said: Reply, told: str) -> None:
    found = of(SPAN, "tempo", but(HEALTHY, HTTP, said))
    assert found[2:] == [f"FAIL {BY_HTTP}: sent: taken | {told}"]


@pytest.mark.parametrize(
    ("received", "told"),
    [
        (
            grpc_answer(("grpc-status", "8"), ("grpc-message", "TRACE_TOO_LARGE")),
            "gRPC status 8: TRACE_TOO_LARGE",
        ),
        (grpc_answer(), "HTTP/2, and no status of gRPC"),
        (b"HTTP/1.1 400 Bad\r\n\r\n", "HTTP/1.1, no gRPC: HTTP 400 (swapped ports?)"),
    ],
)
def test_a_span_that_is_not_taken_over_grpc(received: bytes, told: str) -> None:
    said = reply("answered", "answer", received=received)
    found = of(SPAN, "tempo", but(HEALTHY, GRPC, said))
    assert found[0] == f"FAIL {BY_GRPC}: sent: taken | {told}"


def test_a_receiver_is_refused_with_the_product_itself() -> None:
    down = but(but(HEALTHY, HTTP, refused()), FOUND, refused())
    assert of(SPAN, "tempo", down)[2] == f"FAIL {BY_HTTP}: sent: taken | refused at tcp"


@pytest.mark.parametrize(
    "said",
    [http(404, ""), http(200, '{"batches": []}'), reply("answered", "answer", received=b"x")],
)
def test_a_span_that_no_query_finds(said: Reply) -> None:
    found = of(SPAN, "tempo", but(HEALTHY, FOUND, said))
    assert found[-1].startswith(f"FAIL {BY_HTTP}: found: found within 15 s | ")


def test_a_plan_without_otlp_asks_for_no_span() -> None:
    (tempo,) = (item for item in PLAN.reservations if str(item) == "control/tempo")
    query = tuple(port for port in tempo.ports if port.number == 3200)
    plan = with_reservation(PLAN, "control/tempo", ports=query)
    told = "NOT_APPLICABLE tempo from app/tracing: nothing is asked | the plan has no port for OTLP"
    assert of(SPAN, "tempo", topology=plan) == [told]
