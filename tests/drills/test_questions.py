"""What is looked at during a drill, and what counts as an answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.told import NOW, connected, http, refused, reply
from tests.worlds import at, with_cluster, with_name, with_reservation, world
from trueline.model.probe import Answer, Reply
from trueline.model.topology import Topology, Vantage
from trueline.questions import drills as questions

PLAN = replace(
    world(),
    vantages=(
        Vantage(name="runner", kind="host", cluster=None, segment="lan", at=at(1)),
        Vantage(name="pods-control", kind="pod", cluster="control", segment=None, at=at(2)),
        Vantage(name="pods-app", kind="pod", cluster="app", segment=None, at=at(3)),
    ),
)
APP = PLAN.cluster("app")


def answer(*replies: Reply) -> Answer:
    return Answer(replies=replies, at=NOW)


def test_clients_stand_outside_the_cluster_of_the_address() -> None:
    (argocd, *_) = PLAN.cluster("control").reservations
    assert questions.clients(PLAN, argocd) == ("runner", "pods-app")
    probe = questions.use(PLAN, argocd)
    assert probe is not None
    assert (probe.steps[0].host, probe.steps[0].port) == ("192.168.64.100", 443)
    assert (probe.connect, probe.answer) == (1.0, 1.0)


def test_an_address_without_tcp_port_has_no_clients_here() -> None:
    plan = with_reservation(PLAN, "control/argocd", ports=())
    assert questions.use(plan, plan.cluster("control").reservations[0]) is None


def test_a_connection_is_taken_or_not() -> None:
    assert questions.used(answer(connected())) == (True, "connected")
    assert questions.used(answer(refused())) == (False, "refused")


def test_names_are_looked_up_as_programs_do() -> None:
    assert questions.resolver(PLAN, APP) == "pods-app"
    assert [step.host for step in questions.names(PLAN, APP).steps] == ["kubernetes.default.svc"]
    name = PLAN.dns.names[0].name
    asked = with_name(PLAN, name, vantages=("pods-app",))
    probe = questions.names(asked, APP)
    assert [step.host for step in probe.steps] == ["kubernetes.default.svc", name]
    assert (probe.steps[0].transport, probe.answer) == ("resolve", 1.0)
    found = reply("answered", "resolve", received=b"[]")
    assert questions.resolved(answer(found, found)) == (True, "resolved")
    lost = reply("unresolved", None, "resolve")
    assert questions.resolved(answer(found, lost)) == (False, "unresolved")


def test_the_api_is_asked_at_its_planned_address() -> None:
    probe = questions.api(PLAN, APP)
    assert probe is not None
    step = probe.steps[0]
    assert (step.transport, step.host, step.port) == ("tls", "192.168.64.20", 6443)
    assert step.request is not None
    assert step.request.path == "/readyz"
    nameless: Topology = with_cluster(PLAN, "app", api=None)
    assert questions.api(nameless, nameless.cluster("app")) is None


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (http(200, "ok"), (True, "status 200")),
        (http(401), (True, "status 401")),
        (http(500), (False, "status 500")),
        (refused(), (False, "refused at tcp")),
        (reply("failed", None), (False, "failed")),
        (
            reply("answered", "answer", received=b"SSH-2.0"),
            (False, "no HTTP answer, it begins with 'SSH-2.0'"),
        ),
    ],
)
def test_an_api_server_answers_or_not(said: Reply, told: tuple[bool, str]) -> None:
    assert questions.api_answers(answer(said)) == told
