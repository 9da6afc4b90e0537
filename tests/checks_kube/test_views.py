"""What pods reach of their own cluster."""

from __future__ import annotations

from dataclasses import replace

from tests.told import connected, lines, refused, told, unusable
from tests.worlds import at, world
from trueline.checks.clusters_views import pods_reach_their_own_services
from trueline.model.topology import Vantage
from trueline.questions import services
from trueline.questions.question import Scene

PODS = Vantage(name="pods-app", kind="pod", cluster="app", segment=None, at=at(1))
PLAN = replace(world(), vantages=(PODS, replace(PODS, name="mesh", in_mesh=True)))
APP = PLAN.cluster("app")
API, DNS = (("pods-app", services.name(*target)) for target in services.own_services(APP))


def test_the_api_and_the_dns_of_the_own_cluster_are_asked_for() -> None:
    asked = services.asked(Scene(topology=PLAN, clusters={}, nonce="n"))
    assert [(item.vantage, item.name) for item in asked] == [API, DNS]
    assert services.own_services(replace(APP, dns_service=None)) == [("10.97.0.1", 443)]


def test_connections_from_the_pod_network_alone_count() -> None:
    from_node = connected()
    answers = told({API: connected(), DNS: replace(from_node, local="192.168.64.22")})
    assert lines(pods_reach_their_own_services, PODS, APP, answers) == [
        "PASS pods-app to 10.97.0.1 port 443: connected from 10.245.0.0/16 | "
        "connected from 10.245.0.5",
        "FAIL pods-app to 10.97.0.10 port 53: connected from 10.245.0.0/16 | "
        "connected from 192.168.64.22",
    ]


def test_a_refusal_and_a_pod_that_cannot_be_used() -> None:
    answers = told({API: refused(), DNS: connected()})
    assert lines(pods_reach_their_own_services, PODS, APP, answers)[0] == (
        "FAIL pods-app to 10.97.0.1 port 443: connected from 10.245.0.0/16 | refused"
    )
    blind = unusable(answers, "pods-app", "no pod")
    judged = pods_reach_their_own_services(PODS, APP, blind)
    assert [(claim.verdict.value, claim.observed) for claim in judged.claims] == [
        ("unknown", "no pod")
    ]
