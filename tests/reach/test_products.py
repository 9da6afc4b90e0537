"""The words by which each product is known over HTTP, in full, and each word that it must say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.reach.answering import answer, asked_too, but
from tests.reach.flowing import API, HEALTHY, PROMETHEUS, SPANS, last, works
from tests.reach.network import APP_CA, PLAN
from tests.told import http, shows
from tests.worlds import port, with_flow

LOKI = ("pods-app", "talk to reservation:control/loki port 3100/TCP")
GRAFANA = ("host", "talk to reservation:control/grafana port 3000/TCP")
APP2 = ("host", "talk to reservation:app/app2 port 80/TCP")
BUILD = {"version": "3.6.3", "revision": "r", "goVersion": "go1.25"}
OWN = shows(APP_CA.leaf("api.app.test"))
CLOSED = "a Kubernetes API that tells strangers nothing (HTTP 403)"
THE_API = "gitops: application: the API of app, Kubernetes v1.34.4"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("metrics", "Prometheus | Prometheus 3.5.0"),
        ("argocd", "Argo CD | Argo CD v3.1.16"),
        ("logs", "Loki | Loki 3.6.3"),
        ("spans", "an OTLP receiver | an OTLP receiver"),
        ("app1", "an answer with 'apps/app1' | HTTP 200 with 'apps/app1'"),
        ("app2", "an answer that is no failure of the server | HTTP 200"),
        (
            "dashboards",
            "a stand-in for grafana that says so, which proves nothing of it | a stand-in for "
            "grafana",
        ),
    ],
)
def test_each_product_is_told_in_full(name: str, told: str) -> None:
    assert works(name)[-2:] == [
        f"PASS {name}: http: an HTTP answer | HTTP 200",
        f"PASS {name}: application: {told}",
    ]


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, BUILD, "PASS {} | Loki 3.6.3"),
        (404, BUILD, "FAIL {} | HTTP 404: " + json.dumps(BUILD)),
        *(
            (200, less, "FAIL {} | HTTP 200: " + json.dumps(less))
            for less in ({k: v for k, v in BUILD.items() if k != name} for name in BUILD)
        ),
    ],
)
def test_build_information_has_all_its_parts(status: int, body: dict[str, str], told: str) -> None:
    said = but(HEALTHY, LOKI, http(status, json.dumps(body)))
    assert last(works("logs", said)) == told.replace("{}", "logs: application: Loki", 1)


@pytest.mark.parametrize(
    ("status", "location", "told"),
    [
        *(
            (
                status,
                "https://m.test/",
                f"PASS {{}} | HTTP {status}, which sends clients to TLS",
            )
            for status in (301, 302, 307, 308)
        ),
        (301, "http://metrics.test/", "FAIL {} | HTTP 301"),
        (404, "https://m.test/", "FAIL {} | HTTP 404"),
    ],
)
def test_who_sends_clients_to_tls_is_well(status: int, location: str, told: str) -> None:
    said = but(HEALTHY, PROMETHEUS, http(status, location=location))
    assert last(works("metrics", said)) == told.format("metrics: application: Prometheus")


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (403, '{"kind": "Status"}', f"PASS {{}} | {CLOSED}"),
        (401, "go away", "FAIL {} | HTTP 401: go away"),
        (404, '{"kind": "Status"}', 'FAIL {} | HTTP 404: {"kind": "Status"}'),
        (200, "{}", "FAIL {} | HTTP 200: {}"),
        (500, '{"gitVersion": "v1.34.4"}', 'FAIL {} | HTTP 500: {"gitVersion": "v1.34.4"}'),
    ],
)  # fmt: skip
def test_an_api_is_known_by_what_only_it_says(status: int, body: str, told: str) -> None:
    said = but(HEALTHY, API, http(status, body, tls=OWN))
    assert last(works("gitops", said)) == told.replace("{} |", f"{THE_API} |", 1)


@pytest.mark.parametrize(("status", "verdict"), [(499, "PASS"), (500, "FAIL")])
def test_any_application_is_well_unless_its_server_fails(status: int, verdict: str) -> None:
    assert last(works("app2", but(HEALTHY, APP2, http(status)))) == (
        f"{verdict} app2: application: an answer that is no failure of the server | HTTP {status}"
    )


def test_grafana_that_fails_is_not_well_whatever_its_database_says() -> None:
    plan = replace(PLAN, products=tuple(replace(item, stand_in=False) for item in PLAN.products))
    said = but(HEALTHY, GRAFANA, http(503, '{"database": "ok"}'))
    assert last(works("dashboards", said, topology=plan)) == (
        'FAIL dashboards: application: Grafana | HTTP 503: {"database": "ok"}'
    )


def test_an_otlp_receiver_takes_what_it_is_sent() -> None:
    assert last(works("spans", but(HEALTHY, SPANS, http(404, "{}")))) == (
        "FAIL spans: application: an OTLP receiver | HTTP 404: {}"
    )


def test_another_port_of_tempo_is_no_receiver() -> None:
    plan = with_flow(PLAN, "spans", port=port("3200/TCP/http"))
    key = ("pods-app", "talk to reservation:control/tempo port 3200/TCP")
    said = asked_too(HEALTHY, key, answer(http(200, json.dumps(BUILD))))
    assert last(works("spans", said, topology=plan)) == (
        "PASS spans: application: Tempo | Tempo 3.6.3"
    )
