"""Who answers at the end of a flow, and what is taken for it by nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reach.answering import but, grpc_answer
from tests.reach.flowing import (
    API,
    HEALTHY,
    SPANS,
    TRACES,
    VAULT,
    last,
    named,
    works,
)
from tests.reach.network import APP_CA, EDGE, PLAN, STRANGER_CA, WIRE, facts
from tests.told import http, lines, reply, shows
from tests.worlds import with_cluster, with_flow
from trueline.checks.reach_flows import planned_flow_works
from trueline.model.observation import Snapshot
from trueline.model.probe import Reply


@pytest.mark.parametrize(
    ("status", "sealed", "told"),
    [
        (200, False, "PASS secrets: application: Vault, unsealed and well | Vault 2.4.0: active"),
        (
            429,
            False,
            "PASS secrets: application: Vault, unsealed and well | Vault 2.4.0: a standby, "
            "which is well",
        ),
        (
            472,
            False,
            "FAIL secrets: application: Vault, unsealed and well | Vault 2.4.0: a secondary "
            "for disaster recovery, which serves nobody",
        ),
        (
            473,
            False,
            "PASS secrets: application: Vault, unsealed and well | Vault 2.4.0: a "
            "performance standby, which is well",
        ),
        (
            501,
            True,
            "FAIL secrets: application: Vault, unsealed and well | Vault 2.4.0: not initialised",
        ),
        (503, True, "FAIL secrets: application: Vault, unsealed and well | Vault 2.4.0: sealed"),
        (530, True, "FAIL secrets: application: Vault, unsealed and well | Vault 2.4.0: HTTP 530"),
    ],
)
def test_the_states_of_vault_are_told_apart(status: int, sealed: bool, told: str) -> None:
    body = f'{{"initialized": true, "sealed": {str(sealed).lower()}, "version": "2.4.0"}}'
    shown = shows(EDGE.leaf("vault.control.test"))
    assert last(works("secrets", but(HEALTHY, VAULT, http(status, body, tls=shown)))) == told


def test_an_api_of_another_cluster_is_known_by_its_authority_and_by_its_version() -> None:
    shown = shows(STRANGER_CA.leaf("api.app.test"))
    foreign = but(HEALTHY, API, http(200, '{"gitVersion": "v1.34.4"}', tls=shown))
    assert last(works("gitops", foreign)).startswith("PASS gitops: certificate validity")
    assert (
        "FAIL gitops: certificate issuer: a chain to app-ca | issued by stranger, "
        "which leads to none"
    ) in works("gitops", foreign)
    own = shows(APP_CA.leaf("api.app.test"))
    old = but(HEALTHY, API, http(200, '{"gitVersion": "v1.33.0"}', tls=own))
    assert last(works("gitops", old)) == (
        "FAIL gitops: application: the API of app, Kubernetes v1.34.4 | the API of app, "
        "Kubernetes v1.33.0"
    )
    closed = but(HEALTHY, API, http(401, '{"kind": "Status"}', tls=own))
    assert last(works("gitops", closed)) == (
        "PASS gitops: application: the API of app, Kubernetes v1.34.4 | a Kubernetes API that "
        "tells strangers nothing (HTTP 401)"
    )
    front = but(HEALTHY, API, http(503, "no server", tls=own))
    assert last(works("gitops", front)).endswith("| HTTP 503: no server")


def test_a_kubeconfig_without_an_authority_leaves_the_issuer_open() -> None:
    found = facts()
    identity = found["app"].identity
    assert identity.kind == "seen"
    bare = replace(identity, value=replace(identity.value, ca=""))
    snapshot = Snapshot(clusters=found | {"app": replace(found["app"], identity=bare)})
    told = lines(planned_flow_works, named("gitops"), PLAN, WIRE, snapshot, HEALTHY)
    assert not [line for line in told if "issuer" in line]
    nothing = lines(planned_flow_works, named("gitops"), PLAN, WIRE, Snapshot(clusters={}), HEALTHY)
    assert nothing[-1].endswith("| nobody looked at cluster app")


@pytest.mark.parametrize(
    ("received", "told"),
    [
        (
            grpc_answer(("grpc-status", "0")),
            "PASS traces: application: a gRPC server | an OTLP receiver",
        ),
        (grpc_answer(), "PASS traces: application: a gRPC server | HTTP/2"),
        (
            grpc_answer(("grpc-status", "12"), ("grpc-message", "unknown service")),
            "FAIL traces: application: a gRPC server | gRPC status 12: unknown service",
        ),
        (
            b"HTTP/1.1 400 Bad Request\r\n\r\n",
            "FAIL traces: application: a gRPC server | HTTP/1.1, no gRPC: HTTP 400",
        ),
        (
            b"+PONG\r\n",
            "FAIL traces: application: a gRPC server | no gRPC: no HTTP answer, it begins "
            "with '+PONG\\r\\n'",
        ),
    ],
)
def test_grpc_is_told_from_http(received: bytes, told: str) -> None:
    said = reply("answered", "answer", received=received)
    assert last(works("traces", but(HEALTHY, TRACES, said))) == told


def test_the_words_of_redis_and_dns_are_told() -> None:
    key = ("pods-control", "talk to vm:redis port 6379/TCP")
    for words in ("+PONG", "-NOAUTH x", "-NOPERM x"):
        said = reply("answered", "answer", received=f"{words}\r\n".encode())
        assert last(works("cache", but(HEALTHY, key, said))) == (
            f"PASS redis port 6379 from pods-control: application: a Redis server | Redis: {words}"
        )
    assert last(works("names")) == "PASS names: application: a DNS server | DNS: NOERROR"


def test_a_reset_call_is_no_grpc() -> None:
    reset = grpc_answer() + b"\0\0\x04\x03\0\0\0\0\x01\0\0\0\x07"
    found = works("traces", but(HEALTHY, TRACES, reply("answered", "answer", received=reset)))
    assert last(found).startswith("FAIL traces: application: a gRPC server | HTTP/2 error ")
    assert last(found).endswith(", and no gRPC")
    dead = works("traces", but(HEALTHY, TRACES, reply("timed out", "tcp", "answer")))
    assert last(dead) == "FAIL traces: application: a gRPC server | timed out at the answer"


def test_a_grpc_server_of_which_no_more_is_planned_only_greets() -> None:
    plan = replace(PLAN, products=())
    greeted = reply("answered", "answer", received=grpc_answer())
    found = works("traces", but(HEALTHY, TRACES, greeted), topology=plan)
    assert last(found) == "PASS traces: application: a gRPC server | HTTP/2"
    other = reply("answered", "answer", received=b"HTTP/1.1 400 Bad\r\n\r\n")
    found = works("traces", but(HEALTHY, TRACES, other), topology=plan)
    assert last(found) == ("FAIL traces: application: a gRPC server | HTTP/1.1, no gRPC: HTTP 400")


def test_an_http_port_that_speaks_grpc() -> None:
    said = reply("answered", "answer", received=grpc_answer())
    told = "FAIL spans: http: an HTTP answer | HTTP/2 of a gRPC server"
    assert last(works("spans", but(HEALTHY, SPANS, said))) == told
    wrong = but(HEALTHY, SPANS, http(404, "page not found"))
    told = "FAIL spans: application: an OTLP receiver | HTTP 404: page not found"
    assert last(works("spans", wrong)) == told


@pytest.mark.parametrize(
    ("name", "key", "said", "told"),
    [
        (
            "logs",
            "talk to reservation:control/loki port 3100/TCP",
            http(200, '{"version": "3"}'),
            'FAIL logs: application: Loki | HTTP 200: {"version": "3"}',
        ),
        (
            "argocd",
            "talk to reservation:control/argocd port 443/TCP",
            http(200, "{}", tls=shows(EDGE.leaf("argocd.control.test"))),
            "FAIL argocd: application: Argo CD | HTTP 200: {}",
        ),
        (
            "secrets",
            "talk to reservation:control/vault port 8200/TCP",
            http(200, "[]", tls=shows(EDGE.leaf("vault.control.test"))),
            "FAIL secrets: application: Vault, unsealed and well | HTTP 200: []",
        ),
        (
            "dashboards",
            "talk to reservation:control/grafana port 3000/TCP",
            http(200, "{}"),
            "FAIL dashboards: application: a stand-in for grafana that says so, which proves "
            "nothing of it | HTTP 200: {}",
        ),
        (
            "app1",
            "talk to reservation:app/app1 port 80/TCP",
            http(200, "hello from app2"),
            "FAIL app1: application: an answer with 'apps/app1' | HTTP 200: hello from app2",
        ),
        (
            "app2",
            "talk to reservation:app/app2 port 80/TCP",
            http(503, "no healthy upstream"),
            "FAIL app2: application: an answer that is no failure of the server | HTTP 503: no "
            "healthy upstream",
        ),
        (
            "cache",
            "talk to vm:redis port 6379/TCP",
            reply("answered", "answer", received=b"-DENIED x\r\n"),
            "FAIL redis port 6379 from pods-control: application: "
            "a Redis server | Redis in protected mode: it serves its "
            "own host alone",
        ),
        (
            "cache",
            "talk to vm:redis port 6379/TCP",
            reply("answered", "answer", received=b"-ERR x\r\n"),
            "FAIL redis port 6379 from pods-control: application: "
            "a Redis server | something like Redis: -ERR x",
        ),
        (
            "cache",
            "talk to vm:redis port 6379/TCP",
            reply("answered", "answer", received=b"HTTP/1.1"),
            "FAIL redis port 6379 from pods-control: application: "
            "a Redis server | no Redis, it begins with 'HTTP/1.1'",
        ),
        (
            "cache",
            "talk to vm:redis port 6379/TCP",
            reply("silent", "tcp", "answer"),
            "FAIL redis port 6379 from pods-control: application: "
            "a Redis server | silent at the answer",
        ),
        (
            "database",
            "talk to vm:mysql port 3306/TCP",
            reply("answered", "answer", received=b"\x08\0\0\0\xff\x6a\x04denied"[:12]),
            "FAIL mysql port 3306 from pods-control: application: "
            "a MySQL server | MySQL refuses this host: 1130 denie",
        ),
        (
            "database",
            "talk to vm:mysql port 3306/TCP",
            reply("answered", "answer", received=b"+PONG\r\n"),
            "FAIL mysql port 3306 from pods-control: application: "
            "a MySQL server | no MySQL, it begins with '+PONG\\r\\n'",
        ),
        (
            "names",
            "talk to reservation:control/dns port 53/UDP",
            reply("answered", "answer", received=b"x"),
            "FAIL names: application: a DNS server | no DNS answer: The DNS packet passed to "
            "from_wire() is too short.",
        ),
    ],
)
def test_who_answers_is_known_by_what_only_it_says(
    name: str, key: str, said: Reply, told: str
) -> None:
    vantage = next(
        v for v, view in HEALTHY.views.items() if view.kind == "seen" and key in view.value
    )
    assert last(works(name, but(HEALTHY, (vantage, key), said))) == told


def test_grafana_itself_is_known_and_not_taken_for_its_stand_in() -> None:
    products = tuple(replace(item, stand_in=False) for item in PLAN.products)
    plan = replace(PLAN, products=products)
    key = ("host", "talk to reservation:control/grafana port 3000/TCP")
    assert last(works("dashboards", topology=plan)) == (
        "FAIL dashboards: application: Grafana | a stand-in for grafana"
    )
    for said, told in (
        (http(200, '{"database": "ok", "version": "12"}'), "PASS {} | Grafana 12"),
        (http(503, "no"), "FAIL {} | HTTP 503: no"),
    ):
        wanted = told.format("dashboards: application: Grafana")
        assert last(works("dashboards", but(HEALTHY, key, said), topology=plan)) == wanted


def test_a_product_of_an_unknown_kind_is_judged_as_any_application() -> None:
    (first, *rest) = PLAN.products
    plan = replace(PLAN, products=(replace(first, kind="redis"), *rest))
    assert last(works("argocd", topology=plan)).startswith("PASS argocd: application: redis")


def test_a_port_without_a_planned_application_ends_with_the_connection() -> None:
    balancer = PLAN.cluster("control").load_balancer
    assert balancer is not None
    bare = tuple(
        replace(item, ports=tuple(replace(port, application=None) for port in item.ports))
        for item in balancer.reservations
    )
    plan = with_cluster(PLAN, "control", load_balancer=replace(balancer, reservations=bare))
    assert last(works("metrics", topology=plan)).startswith("PASS metrics: tcp")
    told = "UNKNOWN names: it works | nothing can be tried at reservation:control/dns port 53/UDP"
    assert works("names", topology=plan) == [told]


def test_an_application_that_nobody_knows_ends_with_the_connection_too() -> None:
    plan = with_flow(PLAN, "metrics", port=replace(named("metrics").port, application="smtp"))  # type: ignore[type-var]
    assert last(works("metrics", topology=plan)).startswith("PASS metrics: tcp")
