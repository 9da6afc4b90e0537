"""What gateways do, against every world they can meet."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.certificates import root
from tests.live import changed, facts_for
from tests.told import http, lines, refused, reply, shows, timed_out, told
from tests.worlds import at, world
from trueline.checks import ingress as checks
from trueline.model.check import Check
from trueline.model.probe import Reply
from trueline.model.product import Ingress, Route
from trueline.model.topology import Topology, Vantage
from trueline.questions import ingress as questions
from trueline.questions.question import Scene

EDGE, OTHER = root("edge"), root("other")
RUNNER = Vantage(name="runner", kind="host", cluster=None, segment="lan", at=at(1))
ROUTE = Route(
    host="shop.test",
    gateway="reservation:app/ingress",
    service="shop/web",
    tls=443,
    plain=80,
    redirect=True,
    at=at(8),
    answers="shop/web",
)


def plan(route: Route = ROUTE, direct: tuple[str, ...] | None = None) -> Topology:
    base = world()
    app = base.cluster("app")
    assert app.load_balancer is not None
    reservations = tuple(
        replace(item, tls_ca="edge") if item.name == "ingress" else item
        for item in app.reservations
    )
    app = replace(app, load_balancer=replace(app.load_balancer, reservations=reservations))
    clusters = tuple(app if item.name == "app" else item for item in base.clusters)
    ingress = Ingress(routes=(route,), direct=direct)
    return replace(base, clusters=clusters, vantages=(RUNNER,), ingress=ingress)


PLAIN = ("runner", "http shop.test at 192.168.64.120 port 80")
SECURE = ("runner", "https shop.test at 192.168.64.120 port 443")
STRANGE = ("runner", "http no-such-host.invalid at 192.168.64.120 port 80")
STRANGE_TLS = ("runner", "https no-such-host.invalid at 192.168.64.120 port 443")
GOOD = shows(EDGE.leaf("shop.test"))
SERVED = http(200, '{"service": "shop/web"}', tls=GOOD)


def judged(check: Check, name: tuple[str, str], answer: Reply, route: Route = ROUTE) -> list[str]:
    return lines(check, route, plan(route), told({name: answer}, {"edge": EDGE.pem}))


def test_each_gateway_is_asked_for_its_host_and_for_a_stranger() -> None:
    scene = Scene(topology=plan(), clusters={}, nonce="n")
    assert {(item.vantage, item.name) for item in questions.asked(scene)} == {
        PLAIN,
        SECURE,
        STRANGE,
        STRANGE_TLS,
    }


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (SERVED, "PASS shop.test from runner: HTTP 200 with 'shop/web' from shop/web | HTTP 200"),
        (
            http(200, "hello"),
            "FAIL shop.test from runner: HTTP 200 with 'shop/web' from shop/web | "
            "HTTP 200 without 'shop/web': another application",
        ),
        (
            http(503, "no healthy upstream"),
            "FAIL shop.test from runner: HTTP 200 with 'shop/web' from shop/web | "
            "HTTP 503: no healthy upstream",
        ),
        (
            http(404, server="istio-envoy"),
            "FAIL shop.test from runner: HTTP 200 with 'shop/web' from shop/web | "
            "HTTP 404 from istio-envoy",
        ),
        (
            refused(),
            "FAIL shop.test from runner: an answer of shop/web | refused at tcp",
        ),
        (
            reply("answered", "answer", received=b"?"),
            "FAIL shop.test from runner: HTTP 200 with 'shop/web' from shop/web | "
            "no HTTP answer, it begins with '?'",
        ),
        (
            reply("tls failed", "tcp", "tls", detail="NO_CERTIFICATE"),
            "FAIL shop.test from runner: an answer of shop/web | tls failed: NO_CERTIFICATE",
        ),
    ],
)
def test_a_host_reaches_its_service_or_not(answer: Reply, said: str) -> None:
    assert judged(checks.host_reaches_its_service, SECURE, answer) == [said]


def test_without_tls_the_plain_port_has_to_serve() -> None:
    plain = replace(ROUTE, tls=None, redirect=False)
    assert judged(checks.host_reaches_its_service, PLAIN, SERVED, plain) == [
        "PASS shop.test from runner: HTTP 200 with 'shop/web' from shop/web | HTTP 200"
    ]
    assert judged(checks.gateway_shows_the_hosts_certificate, PLAIN, SERVED, plain) == [
        "NOT_APPLICABLE shop.test: nothing is asked | the gateway ends no TLS for it"
    ]


def certificate(der: bytes | None) -> list[str]:
    tls = shows(der) if der is not None else None
    answer = replace(SERVED, tls=tls) if tls else refused()
    said = judged(checks.gateway_shows_the_hosts_certificate, SECURE, answer)
    return [line.replace("shop.test certificate from runner ", "") for line in said]


VALID = "PASS validity: valid, and for 3600 s more | valid until 2025-11-14 02:13:20 UTC"


def test_the_certificate_of_the_host() -> None:
    assert certificate(EDGE.leaf("*.test")) == [
        "PASS name: shop.test | {*.test}",
        "PASS issuer: a chain to edge | edge",
        VALID,
    ]


def test_a_certificate_of_another_name_and_another_authority() -> None:
    assert certificate(OTHER.leaf("web.test")) == [
        "FAIL name: shop.test | {web.test}",
        "FAIL issuer: a chain to edge | issued by other, which leads to none",
        VALID,
    ]


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ({"end": -60.0}, "expired at 2025-11-13 02:12:20 UTC"),
        ({"end": 60.0}, "valid until 2025-11-13 02:14:20 UTC"),
        ({"start": 60.0}, "not valid before 2025-11-13 02:14:20 UTC"),
    ],
)
def test_a_certificate_out_of_its_time(dates: dict[str, Any], said: str) -> None:
    assert certificate(EDGE.leaf("shop.test", **dates))[2] == (
        f"FAIL validity: valid, and for 3600 s more | {said}"
    )


def test_a_gateway_that_shows_no_certificate() -> None:
    assert certificate(None) == [
        "FAIL shop.test certificate from runner: a TLS handshake | refused at tcp"
    ]


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        (http(301, location="https://shop.test/"), "PASS", "HTTP 301 https://shop.test/"),
        *(
            (
                http(status, location="https://shop.test/"),
                "PASS",
                f"HTTP {status} https://shop.test/",
            )
            for status in (302, 307, 308)
        ),
        (http(404, location="https://shop.test/"), "FAIL", "HTTP 404 https://shop.test/"),
        (http(301, location="https://other.test/"), "FAIL", "HTTP 301 https://other.test/"),
        (http(200, "shop/web"), "FAIL", "HTTP 200"),
        (refused(), "FAIL", "refused at tcp"),
        (reply("answered", "answer", received=b"?"), "FAIL", "answered"),
    ],
)
def test_plain_http_is_redirected_or_not(answer: Reply, verdict: str, said: str) -> None:
    expected = "shop.test plain from runner: a redirect to https://shop.test"
    assert judged(checks.plain_http_is_redirected, PLAIN, answer) == [
        f"{verdict} {expected} | {said}"
    ]


def test_a_redirect_that_nobody_planned_is_not_asked_for() -> None:
    plain = replace(ROUTE, redirect=False)
    assert judged(checks.plain_http_is_redirected, PLAIN, SERVED, plain) == [
        "NOT_APPLICABLE shop.test: nothing is asked | the plan asks for no redirect"
    ]


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        (http(404), "PASS", "HTTP 404"),
        (reply("reset", "tcp", "answer"), "PASS", "reset at the answer"),
        (http(200, "shop/web"), "FAIL", "HTTP 200"),
        (reply("answered", "answer", received=b"?"), "PASS", "answered"),
    ],
)
def test_a_stranger_is_refused_or_not(answer: Reply, verdict: str, said: str) -> None:
    answers = told({STRANGE: answer, STRANGE_TLS: answer})
    subjects = [
        f"{scheme} no-such-host.invalid at reservation:app/ingress from runner"
        for scheme in ("http", "https")
    ]
    assert lines(checks.unknown_host_is_refused, ROUTE, plan(), answers) == [
        f"{verdict} {subject}: refused | {said}" for subject in subjects
    ]


@pytest.mark.parametrize(
    ("status", "plain", "secure"),
    [
        (299, "FAIL", "FAIL"),
        (300, "PASS", "FAIL"),
        (399, "PASS", "FAIL"),
        (400, "PASS", "PASS"),
        (499, "PASS", "PASS"),
        (500, "FAIL", "FAIL"),
    ],
)
def test_a_stranger_may_be_sent_to_tls_and_is_refused_there(
    status: int, plain: str, secure: str
) -> None:
    answers = told({STRANGE: http(status), STRANGE_TLS: http(status)})
    found = lines(checks.unknown_host_is_refused, ROUTE, plan(), answers)
    assert [line.split()[0] for line in found] == [plain, secure]


def test_a_host_of_which_no_answer_is_planned_has_to_be_served() -> None:
    silent = replace(ROUTE, answers=None)
    assert judged(checks.host_reaches_its_service, SECURE, SERVED, silent) == [
        "PASS shop.test from runner: HTTP 200 from shop/web | HTTP 200"
    ]


def test_a_host_that_is_served_over_tls_alone() -> None:
    """Only hosts ask gateways: a pod of the cluster would be short-cut to the gateway's pods."""
    pod = replace(RUNNER, name="pods", kind="pod", cluster="app", segment=None)
    secure = replace(ROUTE, plain=None, redirect=False)
    topology = replace(plan(secure), vantages=(pod, RUNNER))
    answers = told({STRANGE_TLS: http(404)})
    assert lines(checks.unknown_host_is_refused, secure, topology, answers) == [
        "PASS https no-such-host.invalid at reservation:app/ingress from runner: refused | HTTP 404"
    ]
    scene = Scene(topology=topology, clusters={}, nonce="n")
    assert {(item.vantage, item.name) for item in questions.asked(scene)} == {SECURE, STRANGE_TLS}


def test_a_gateway_that_is_not_reached_refuses_nobody() -> None:
    lost = reply("unreachable", "resolve", "route")
    answers = told({STRANGE: timed_out(), STRANGE_TLS: lost})
    assert lines(checks.unknown_host_is_refused, ROUTE, plan(), answers) == [
        "UNKNOWN http no-such-host.invalid at reservation:app/ingress: refused | "
        "timed out at tcp: the gateway itself is not reached",
        "UNKNOWN https no-such-host.invalid at reservation:app/ingress: refused | "
        "no route: the gateway itself is not reached",
    ]


def test_load_balancers_that_bypass_the_gateways() -> None:
    topology = plan(direct=("app/app1",))
    facts = facts_for(topology)["app"]
    found = lines(checks.load_balancers_are_planned_doors, topology.cluster("app"), topology, facts)
    owners = {item.name: item.owner for item in topology.cluster("app").reservations}
    door = "app LoadBalancer {}: a gateway, or planned to bypass it | {}"
    for name in ("ingress", "east-west", "app1"):
        assert f"PASS {door.format(owners[name], 'planned')}" in found
    assert f"FAIL {door.format(owners['app2'], 'a door that nobody planned')}" in found
    claims = checks.load_balancers_are_planned_doors(
        topology.cluster("app"), topology, facts
    ).claims
    assert {claim.concerns for claim in claims} == {
        (f"service:app/{owner}",) for owner in owners.values()
    }


def test_a_plan_that_leaves_open_what_bypasses() -> None:
    topology = plan()
    facts = facts_for(topology)["app"]
    cluster = topology.cluster("app")
    assert lines(checks.load_balancers_are_planned_doors, cluster, topology, facts) == [
        "NOT_APPLICABLE app: nothing is asked | the plan leaves open what bypasses"
    ]


def test_a_route_whose_gateway_is_not_in_the_plan() -> None:
    lost = replace(ROUTE, gateway="reservation:app/nobody", tls=None)
    topology = plan(lost)
    assert list(questions.asked(Scene(topology=topology, clusters={}, nonce="n"))) == []
    judged_so = checks.host_reaches_its_service(lost, topology, told({}))
    assert judged_so.verdict.value == "unknown"


def test_a_plan_with_a_mesh_counts_its_gateways() -> None:
    topology = plan(direct=())
    facts = facts_for(topology)["app"]
    none = changed(facts, "services", ())
    cluster = topology.cluster("app")
    assert lines(checks.load_balancers_are_planned_doors, cluster, topology, none) == [
        "NOT_APPLICABLE app: nothing is asked | it plans no LoadBalancer"
    ]
    bare = replace(topology, mesh=None)
    found = lines(checks.load_balancers_are_planned_doors, cluster, bare, facts)
    assert {line.split(" ")[0] for line in found} == {"PASS", "FAIL"}
