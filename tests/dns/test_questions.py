"""What is asked: by whom, how often, and when."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from tests.dns.judging import lines
from tests.dns.universe import FACTS, PLAN, answers, facts
from tests.live import unseen
from tests.worlds import at, cluster, dns_name, node
from trueline.model.topology import Topology, Vantage
from trueline.model.verdict import Verdict
from trueline.questions import dns as questions
from trueline.questions.question import Question, Scene


def asked(plan: Topology = PLAN, clusters: object = FACTS) -> list[Question]:
    return list(questions.asked(Scene(topology=plan, clusters=clusters, nonce="n0")))  # type: ignore[arg-type]


def of(plan: Topology, clusters: object = FACTS) -> dict[str, int]:
    return dict(Counter(item.vantage for item in asked(plan, clusters)))


def test_each_vantage_point_is_asked_once_about_each_thing() -> None:
    every = asked()
    assert len({(item.vantage, item.name) for item in every}) == len(every)
    assert of(PLAN) == {"host": 22, "pods-control": 49, "pods-app": 31}


def test_speed_is_measured_when_all_else_has_been_answered() -> None:
    later = {item.name for item in asked() if item.until is not None}
    assert {name for name in later if not name.startswith("pace of ")} == set()
    paces = [item for item in asked() if item.until is not None]
    assert {len(item.probe.steps) for item in paces} == {questions.PACES}
    told = answers()
    assert all(item.until(told.of(item.vantage, item.name)) for item in paces if item.until)


def test_a_cluster_that_cannot_be_observed_still_has_its_service_asked() -> None:
    blind = {**FACTS, "app": unseen(FACTS["app"], "services", "forbidden")}
    assert of(PLAN, blind)["pods-app"] == 19
    assert of(PLAN, {})["pods-app"] == 19


def three() -> Topology:
    """A third cluster with a name of its own that everybody resolves."""
    edge = cluster(
        "edge",
        pods=["10.246.0.0/16"],
        services=["10.98.0.0/16"],
        dns_service="10.98.0.10",
        nodes=[node("edge", "edge-1", "192.168.64.41", role="control-plane", line=100)],
        line=99,
    )
    pods = Vantage(name="pods-edge", kind="pod", cluster="edge", segment=None, at=at(213))
    everywhere = ("host", "pods-control", "pods-app", "pods-edge")
    name = dns_name("edge.app.test", "192.168.64.41", vantages=everywhere, line=143)
    return replace(
        PLAN,
        clusters=(*PLAN.clusters, edge),
        vantages=(*PLAN.vantages, pods),
        dns=replace(PLAN.dns, names=(*PLAN.dns.names, name)),
    )


def test_three_clusters_are_asked_like_two() -> None:
    plan = three()
    clusters = facts(plan)
    found = lines(plan, clusters, answers(plan, clusters))
    assert (found[Verdict.FAIL], found[Verdict.UNKNOWN]) == ({}, {})
    passed = found[Verdict.PASS]["DNS-020"]
    assert [line.split(":")[0] for line in passed if line.startswith("edge.app.test")] == [
        f"edge.app.test at {vantage}"
        for vantage in ("host", "pods-control", "pods-app", "pods-edge")
    ]
