"""What arrives by itself, at the edges: just fresh, from the future, a single line."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.reach.answering import answer, asked_too, but, healthy
from tests.reach.network import PLAN
from tests.reach.test_telemetry import (
    ARRIVE,
    ARRIVING,
    FRESH,
    HEALTHY,
    LINES,
    LOGS,
    PUSH,
    PUSHED,
    SHIP,
    VALUES,
    changed_product,
    delivery,
    of,
    result,
    series,
    tenants,
)
from tests.told import NOW, http
from tests.worlds import at
from trueline.checks.reach_writes import Round
from trueline.model.probe import Reply
from trueline.model.topology import Topology, Vantage
from trueline.questions import metrics

SKEW = PLAN.budgets.clock_skew


# --- metrics --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (series(12, 10, 8), "PASS {} | the newest sample is 8 s old, where 8 s may be"),
        (series(13, 11, 9), "FAIL {} | the newest sample is 9 s old, where 8 s may be"),
        (
            series(2, 0, -2),
            "PASS {} | the newest sample is 0 s old, where 8 s may be",
        ),
        (
            series(1, -1, -(SKEW + 1)),
            "PASS {} | the newest sample is 0 s old, where 8 s may be",
        ),
        (
            series(0, -2, -(SKEW + 2)),
            "FAIL {} | the newest sample lies 4 s in the future: a clock is wrong",
        ),
        (
            series(-3600),
            "FAIL {} | the newest sample lies 3600 s in the future: a clock is wrong",
        ),
    ],
)
def test_a_sample_is_fresh_from_what_clocks_may_differ_to_what_may_be_missed(
    said: Reply, told: str
) -> None:
    assert of(ARRIVE, "prometheus", but(HEALTHY, ARRIVING, said)) == [told.format(FRESH)]


def test_the_budget_of_the_plan_says_how_far_clocks_may_differ() -> None:
    wide = replace(PLAN, budgets=replace(PLAN.budgets, clock_skew=10.0))
    said = but(healthy(wide), ARRIVING, series(0, -5, -10))
    assert of(ARRIVE, "prometheus", said, wide) == [
        f"PASS {FRESH} | the newest sample is 0 s old, where 17 s may be"
    ]


def test_what_lies_in_the_future_is_not_awaited() -> None:
    said = but(HEALTHY, ARRIVING, series(-3600)).of(*ARRIVING)
    assert metrics.is_fresh(said)
    assert metrics.age(said) == (-3600.0, 182.0)


def labelled(**labels: str) -> Topology:
    (item,) = (one for one in PLAN.products if one.name == "prometheus")
    senders = tuple(replace(one, labels=labels) for one in item.senders)
    return changed_product("prometheus", senders=senders)


def test_every_label_of_the_sender_is_told_with_what_it_is_instead() -> None:
    plan = labelled(cluster="app", region="north")
    values = http(200, json.dumps({"data": ["south"]}))
    said = but(HEALTHY, ARRIVING, result())
    region = VALUES[0], metrics.known_values(delivery("prometheus").product, "region")
    told = of(ARRIVE, "prometheus", asked_too(said, region, answer(values)), plan)
    assert told[0].endswith("| no such series; cluster is {app}, region is {south}")


def test_who_stands_where_the_sender_does_writes_for_it() -> None:
    inside = Vantage(
        name="beside", kind="pod", cluster="app", segment=None, namespace="monitoring", at=at(1)
    )
    turn = Round(delivery("prometheus"), replace(PLAN, vantages=(*PLAN.vantages, inside)), HEALTHY)
    assert turn.writer == "beside"
    assert Round(delivery("prometheus"), PLAN, HEALTHY).writer == "pods:app/monitoring"


def test_a_product_without_a_port_for_queries_cannot_be_read() -> None:
    away = changed_product("loki", target="vm:redis")
    (told,) = of(SHIP, "loki", topology=away)
    assert told.startswith("UNKNOWN loki from app/logging: ")
    assert told.endswith(" | no planned port of loki answers queries")


# --- logs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (result({"value": [NOW, "1"]}), f"PASS {LINES} | 1 within 300 s"),
        (result({"value": [NOW]}), f"FAIL {LINES} | none within 300 s"),
        (result({"value": "12"}), f"FAIL {LINES} | none within 300 s"),
    ],
)
def test_one_line_is_enough_and_what_counts_none_is_none(said: Reply, told: str) -> None:
    assert of(SHIP, "loki", but(HEALTHY, LOGS, said)) == [told]


def test_why_a_line_is_refused_is_told_in_one_line() -> None:
    said = but(HEALTHY, PUSH, http(400, "entry\ntoo  far behind"))
    assert of(PUSHED, "loki", said) == [
        "FAIL loki from app/logging write: HTTP 204 | HTTP 400, refused for good: "
        "entry too far behind"
    ]


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (401, "PASS loki read without a tenant: HTTP 401 or 403 | HTTP 401"),
        (403, "PASS loki read without a tenant: HTTP 401 or 403 | HTTP 403"),
        (404, "FAIL loki read without a tenant: HTTP 401 or 403 | HTTP 404: no"),
    ],
)
def test_two_statuses_refuse_who_names_no_tenant(status: int, told: str) -> None:
    said = but(HEALTHY, ("host", "read loki without a tenant"), http(status, "no"))
    assert tenants(said)[0] == told
