"""What pods reach of their own cluster."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.dns import universe
from tests.dns.universe import APP_POD, OTHER_POD, POD, Server, silent
from tests.live import facts_for, unseen
from tests.told import connected, lines, refused, timed_out, told, unusable
from tests.worlds import at, cidrs, world
from trueline.checks.clusters_views import pods_reach_their_own_services
from trueline.model.observation import ClusterFacts, Observation
from trueline.model.probe import Reply
from trueline.model.topology import Vantage
from trueline.questions import services
from trueline.questions.question import Scene

PODS = Vantage(name="pods-app", kind="pod", cluster="app", segment=None, at=at(1))
PLAN = replace(world(), vantages=(PODS, replace(PODS, name="mesh", in_mesh=True)))
FACTS = facts_for(PLAN)
APP = PLAN.cluster("app")
API, DNS = (("pods-app", services.name(*target)) for target in services.own_services(APP))


def test_the_api_and_the_dns_of_the_own_cluster_are_asked_for() -> None:
    asked = services.asked(Scene(topology=PLAN, clusters={}, nonce="n"))
    assert [(item.vantage, item.name) for item in asked] == [API, DNS]
    assert services.own_services(replace(APP, dns_service=None)) == [("10.97.0.1", 443)]


def test_connections_from_the_pod_network_alone_count() -> None:
    from_node = connected()
    answers = told({API: connected(), DNS: replace(from_node, local="192.168.64.22")})
    assert lines(pods_reach_their_own_services, PODS, PLAN, FACTS, answers) == [
        "PASS pods-app to 10.97.0.1 port 443: connected from 10.245.0.0/16 | "
        "connected from 10.245.0.5",
        "FAIL pods-app to 10.97.0.10 port 53: connected from 10.245.0.0/16 | "
        "connected from 192.168.64.22",
    ]


def test_a_pod_of_either_network_of_its_cluster_is_one() -> None:
    dual = replace(APP, pods=cidrs("10.245.0.0/16", "fd00:245::/48"))
    plan = replace(PLAN, clusters=(PLAN.cluster("control"), dual))
    answers = told({API: connected(), DNS: replace(connected(), local="fd00:245::7")})
    assert [
        line.partition(" | ")[2]
        for line in lines(pods_reach_their_own_services, PODS, plan, FACTS, answers)
        if line.startswith("PASS")
    ] == ["connected from 10.245.0.5", "connected from fd00:245::7"]


def test_a_refusal_and_a_pod_that_cannot_be_used() -> None:
    answers = told({API: refused(), DNS: connected()})
    assert lines(pods_reach_their_own_services, PODS, PLAN, FACTS, answers)[0] == (
        "FAIL pods-app to 10.97.0.1 port 443: connected from 10.245.0.0/16 | refused"
    )
    blind = unusable(answers, "pods-app", "no pod")
    judged = pods_reach_their_own_services(PODS, PLAN, FACTS, blind)
    assert [(claim.verdict.value, claim.observed) for claim in judged.claims] == [
        ("unknown", "no pod")
    ]


def seen_by(
    asker: Vantage,
    server: Server,
    facts: dict[str, ClusterFacts] = universe.FACTS,
    service: Reply = timed_out(),  # noqa: B008
) -> str:
    """What a pod sees of a DNS Service that answers TCP so, while DNS servers answer it so."""
    plan = universe.PLAN
    api, dns = services.own_services(plan.cluster(str(asker.cluster)))
    said = universe.answers(server=server)
    own = told({("", services.name(*api)): connected(), ("", services.name(*dns)): service})
    view, more = said.views[asker.name], own.views[""]
    assert isinstance(view, Observation)
    assert isinstance(more, Observation)
    view = replace(view, value={**view.value, **more.value})
    said = replace(said, views={**said.views, asker.name: view})
    _, told_of_dns = lines(pods_reach_their_own_services, asker, plan, facts, said)
    return told_of_dns


DEAD = "FAIL pods-app to 10.97.0.10 port 53: connected from 10.245.0.0/16 | timed out"


def test_a_service_whose_pods_take_no_tcp_themselves_cannot_be_told() -> None:
    assert seen_by(universe.PODS_APP, silent(APP_POD, transport="tcp")) == (
        "UNKNOWN pods-app to 10.97.0.10 port 53: connected from 10.245.0.0/16 | "
        "timed out, as the pods behind it take no TCP themselves, see DNS-002"
    )


def test_a_service_that_takes_tcp_is_well_whatever_its_pods_take() -> None:
    server = silent(APP_POD, transport="tcp")
    assert seen_by(universe.PODS_APP, server, service=connected()).startswith("PASS ")


@pytest.mark.parametrize(
    "server",
    [silent(), silent(APP_POD), silent(APP_POD, transport="udp")],
    ids=["pods that answer", "pods that are silent", "pods that take no UDP"],
)
def test_a_service_that_is_dead_before_pods_like_these_fails(server: Server) -> None:
    assert seen_by(universe.PODS_APP, server) == DEAD


def test_one_pod_that_takes_tcp_is_enough_to_accuse_the_service() -> None:
    dead = "FAIL pods-control to 10.96.0.10 port 53: connected from 10.244.0.0/16 | timed out"
    one, both = silent(OTHER_POD, transport="tcp"), silent(OTHER_POD, POD, transport="tcp")
    assert seen_by(universe.PODS_CONTROL, one) == dead
    assert seen_by(universe.PODS_CONTROL, both).startswith("UNKNOWN ")


def test_a_service_whose_pods_nobody_knows_fails() -> None:
    for facet in ("services", "endpoints"):
        blind = {**universe.FACTS, "app": unseen(universe.FACTS["app"], facet, "no permission")}
        assert seen_by(universe.PODS_APP, silent(APP_POD, transport="tcp"), blind) == DEAD
