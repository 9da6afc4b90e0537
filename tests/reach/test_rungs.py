"""The rungs of a flow: each that can break, and that those above it are not blamed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reach.answering import asked_too, but
from tests.reach.flowing import (
    API,
    ARGOCD,
    EAST_WEST,
    HEALTHY,
    PROMETHEUS,
    last,
    works,
)
from tests.reach.network import EDGE, PLAN, STRANGER_CA, WIRE
from tests.told import connected, http, refused, reply, shows, timed_out
from tests.wire import heard, listened, unheard
from tests.worlds import flow, with_cluster, with_more, with_reservation
from trueline.model.address import Cidr
from trueline.model.observation import Observed, Wire
from trueline.model.probe import Reply, Tls


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            reply("unreachable", "resolve", "route"),
            "FAIL metrics: route: a route to 192.168.64.101 | no route",
        ),
        (
            timed_out(),
            "FAIL metrics: tcp: a connection to 192.168.64.101 port 9090 | timed out at tcp",
        ),
        (refused(), "FAIL metrics: tcp: a connection to 192.168.64.101 port 9090 | refused at tcp"),
        (
            reply("timed out", "tcp", "answer"),
            "FAIL metrics: http: an HTTP answer | timed out at answer",
        ),
        (
            reply("answered", "answer", received=b"+PONG\r\n"),
            "FAIL metrics: http: an HTTP answer | no HTTP answer, it begins with '+PONG\\r\\n'",
        ),
        (
            http(404, "page not found", Server="nginx"),
            "FAIL metrics: application: Prometheus | HTTP 404 from nginx: page not found",
        ),
        (
            http(200, '{"service": "apps/app1"}'),
            'FAIL metrics: application: Prometheus | HTTP 200: {"service": "apps/app1"}',
        ),
        (
            http(200, "{}", X_Trueline_Stand_In="prometheus"),
            "FAIL metrics: application: Prometheus | a stand-in for prometheus",
        ),
        (
            http(307, Location="https://prometheus.test/"),
            "PASS metrics: application: Prometheus | HTTP 307, which sends clients to TLS",
        ),
    ],
)
def test_the_first_rung_that_breaks_is_named(said: Reply, told: str) -> None:
    found = works("metrics", but(HEALTHY, PROMETHEUS, said))
    assert last(found).replace("the answer", "answer") == told
    assert {line.split()[0] for line in found[:-1]} <= {"PASS"}


def test_a_name_that_does_not_resolve() -> None:
    said = reply("unresolved", None, "resolve", detail="no such name")
    assert works("gitops", but(HEALTHY, API, said)) == [
        "FAIL gitops: name: api.app.test resolves | the name does not resolve: no such name"
    ]


def test_silence_on_the_wire_ends_the_climb() -> None:
    silent = heard(WIRE, "192.168.64.100", only=())
    assert works("argocd", wire=silent) == [
        "FAIL argocd: layer 2: somebody answers ARP for 192.168.64.100 | nobody answers"
    ]


@pytest.mark.parametrize(
    ("sweep", "why"),
    [
        (unheard(WIRE, "no raw socket"), "no raw socket"),
        ({}, "nobody listened on lan"),
    ],
)
def test_a_wire_that_was_not_heard_leaves_the_other_rungs(sweep: Wire, why: str) -> None:
    found = works("argocd", wire=sweep)
    expected = "somebody answers ARP for 192.168.64.100"
    assert found[0] == f"UNKNOWN argocd: layer 2: {expected} | {why}"
    assert len(found) == 9


def test_ipv6_is_asked_by_neighbour_discovery() -> None:
    lan = replace(PLAN.segments[0], cidr=Cidr.parse("fd00::/64"))
    six = with_reservation(replace(PLAN, segments=(lan,)), "control/argocd", address="fd00::100")
    assert works("argocd", topology=six, wire=heard(WIRE, "fd00::100", only=()))[0] == (
        "FAIL argocd: layer 2: somebody answers neighbour discovery for fd00::100 | nobody answers"
    )


def test_a_short_window_still_shows_who_answers() -> None:
    assert works("argocd", wire=listened(WIRE, 0.2))[0].startswith("PASS argocd: layer 2")


def test_a_host_elsewhere_knows_nothing_of_the_wire() -> None:
    far = replace(PLAN, vantages=tuple(replace(item, segment=None) for item in PLAN.vantages))
    assert works("argocd", topology=far)[0].startswith("PASS argocd: route")
    off = replace(PLAN, segments=(replace(PLAN.segments[0], cidr=PLAN.clusters[0].pods[0]),))
    assert works("argocd", topology=off)[0].startswith("PASS argocd: route")


def test_a_target_with_a_name_has_no_place_on_the_wire() -> None:
    plan = with_more(PLAN, flows=(flow("kubectl", "vantage:host", "api:app", "6443/TCP"),))
    said = HEALTHY.of(*API)
    found = works("kubectl", asked_too(HEALTHY, ("host", API[1]), said), topology=plan)
    assert found[0] == "PASS kubectl: route: a route to api.app.test | there is one"


# --- TLS ------------------------------------------------------------------------------------------


def argocd(tls: Tls | None, said: Reply | None = None) -> list[str]:
    one = said or http(200, '{"Version": "v3"}', tls=tls)
    return works("argocd", but(HEALTHY, ARGOCD, one))


@pytest.mark.parametrize(
    ("tls", "told"),
    [
        (
            shows(STRANGER_CA.leaf("argocd.control.test")),
            "FAIL argocd: certificate issuer: a chain to edge | issued by stranger, "
            "which leads to none",
        ),
        (
            shows(EDGE.leaf("other.test")),
            "FAIL argocd: certificate name: argocd.control.test | {other.test}",
        ),
        (
            shows(EDGE.leaf("argocd.control.test", end=60.0)),
            "FAIL argocd: certificate validity: valid, and for 3600 s more | valid until "
            "2025-11-13 02:14:20 UTC",
        ),
    ],
)
def test_a_certificate_that_clients_refuse_ends_the_climb(tls: Tls, told: str) -> None:
    found = argocd(tls)
    assert told in found
    assert not [line for line in found if ": http:" in line or ": application:" in line]


def test_plain_http_in_the_place_of_tls() -> None:
    said = reply("tls failed", "tcp", "tls", detail="WRONG_VERSION_NUMBER")
    told = "FAIL argocd: tls: a TLS handshake | tls failed: WRONG_VERSION_NUMBER"
    assert last(argocd(None, said)) == told


def test_a_server_that_hung_up_at_once_has_shown_its_certificate_all_the_same() -> None:
    early = shows(EDGE.leaf("argocd.control.test"), version="")
    assert "PASS argocd: tls: a TLS handshake | TLS" in argocd(early)
    nothing = Tls(version="", alpn=None, chain=())
    said = reply("reset", "tls", "answer", tls=nothing)
    assert last(argocd(None, said)) == "FAIL argocd: tls: a TLS handshake | reset at the answer"


def test_every_other_planned_name_is_asked_for_too() -> None:
    key = ("pods-app", "reservation:control/vault port 8200/TCP as secrets.control.test")
    other = reply("connected", "tls", tls=shows(EDGE.leaf("vault.control.test")))
    found = works("secrets", but(HEALTHY, key, other))
    assert (
        "FAIL secrets: certificate for secrets.control.test name: secrets.control.test | "
        "{vault.control.test}"
    ) in found
    assert not [line for line in found if ": http:" in line]


def test_what_no_plan_says_of_the_issuer_is_not_asked() -> None:
    bare = tuple(replace(item, tls_ca=None) for item in PLAN.cluster("control").reservations)
    balancer = PLAN.cluster("control").load_balancer
    assert balancer is not None
    plan = with_cluster(PLAN, "control", load_balancer=replace(balancer, reservations=bare))
    assert not [line for line in works("argocd", topology=plan) if "issuer" in line]
    unnamed = tuple(replace(item, tls_names=()) for item in bare)
    plan = with_cluster(PLAN, "control", load_balancer=replace(balancer, reservations=unnamed))
    assert not [line for line in works("argocd", topology=plan) if "certificate name" in line]


@pytest.mark.parametrize(
    ("trust", "why"),
    [({}, "there is no CA bundle edge"), ({"edge": "nonsense"}, "CA bundle edge: no certificate")],
)
def test_a_bundle_that_cannot_be_read_leaves_the_certificate_in_doubt(
    trust: dict[str, str], why: str
) -> None:
    known = HEALTHY.trust["edge"]
    assert known.kind == "seen"
    bundles: dict[str, Observed[str]] = {
        name: replace(known, value=text) for name, text in trust.items()
    }
    told = last(works("argocd", replace(HEALTHY, trust=bundles)))
    promise = "A flow works from its vantage point, rung by rung, up to the planned application."
    # What follows "no certificate" are the words of the library.
    assert told.startswith(f"UNKNOWN argocd: {promise} | {why}")


def test_a_port_over_udp_has_no_rung_of_tcp() -> None:
    rungs = [line.partition(": ")[2].partition(": ")[0] for line in works("names")]
    assert rungs == ["layer 2", "route", "application"]


def test_the_east_west_gateway_is_asked_by_a_name_only_where_one_leads_somewhere() -> None:
    # Control has a planned workload and App has none, but a name of its certificate.
    assert works("mesh to control")[-1].startswith("PASS mesh to control: tls")
    balancer = PLAN.cluster("app").load_balancer
    assert balancer is not None
    bare = tuple(replace(item, tls_names=()) for item in balancer.reservations)
    plan = with_cluster(PLAN, "app", load_balancer=replace(balancer, reservations=bare))
    answers = but(HEALTHY, EAST_WEST, connected())
    assert works("mesh to app", answers, topology=plan)[-1].startswith("PASS mesh to app: tcp")
    without = replace(PLAN, mesh=None)
    assert works("mesh to app", topology=without)[-1].startswith("PASS mesh to app: tls")
