"""What must stay apart, against every world it can meet."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address
from typing import Any

import pytest

from tests.live import changed, facts_for, unseen
from tests.told import connected, http, lines, refused, reply, timed_out, told
from tests.worlds import at, flow, world
from trueline.checks import isolation as checks
from trueline.model.observation import ClusterFacts, EndpointFact
from trueline.model.probe import Answers, Reply
from trueline.model.product import Product
from trueline.model.topology import Topology, Vantage
from trueline.questions import isolation as questions
from trueline.questions.question import Scene

RUNNER = Vantage(name="runner", kind="host", cluster=None, segment="lan", at=at(1))
CONTROL = Vantage(name="pods-control", kind="pod", cluster="control", segment=None, at=at(2))
APP = replace(CONTROL, name="pods-app", cluster="app")


def plan(**changes: Any) -> Topology:
    return replace(world(), vantages=(RUNNER, CONTROL, APP), flows=(), **changes)


PAIR = (plan().cluster("control"), plan().cluster("app"))


def facts() -> ClusterFacts:
    pod = EndpointFact(
        service="shop/web",
        slice="shop/web-x",
        address=ip_address("10.245.1.9"),
        ready=True,
        node="app-worker-1",
        pod="shop/web-1",
        ports=((8080, "TCP"),),
    )
    others = (
        replace(pod, address=ip_address("10.245.1.10")),  # the same node
        replace(pod, address=ip_address("10.245.2.9"), node="app-worker-2", ready=False),
        replace(pod, address=ip_address("192.168.64.22"), node="app-worker-2"),  # the node's own
    )
    return changed(facts_for(world())["app"], "endpoints", (pod, *others))


def scene() -> Scene:
    clusters = facts_for(world()) | {"app": facts()}
    return Scene(topology=plan(), clusters=clusters, nonce="n")


def everywhere(outcome: Reply) -> Answers:
    """Every question of the area, answered alike."""
    return told({(item.vantage, item.name): outcome for item in questions.asked(scene())})


def test_pods_and_cluster_ips_that_strangers_try() -> None:
    cluster = world().cluster("app")
    assert questions.foreign_pods(cluster, facts()) == ((ip_address("10.245.1.9"), 8080),)
    (first, *_) = questions.cluster_ips(cluster, facts())
    assert first[0] in cluster.services[0].network
    assert questions.outsiders(plan(), cluster) == ("runner", "pods-control")


def test_the_same_pods_are_tried_in_whatever_order_they_are_listed() -> None:
    cluster = plan().cluster("app")
    first = facts().endpoints.value[0]
    other = replace(first, slice=f"{first.slice}-later", address=ip_address("10.245.1.40"))
    for listed in ((first, other), (other, first)):
        found = questions.foreign_pods(cluster, changed(facts(), "endpoints", listed))
        assert found == ((first.address, 8080),)


def test_an_address_of_the_strangers_own_cluster_is_not_tried() -> None:
    """With one Service network in both clusters a ClusterIP would be the stranger's own."""
    address = ip_address("10.96.0.1")
    assert questions.own_range(plan(), "pods-control", address)
    assert not questions.own_range(plan(), "pods-app", address)
    assert not questions.own_range(plan(), "runner", address)


def test_networks_that_stay_apart() -> None:
    answers = everywhere(timed_out())
    assert lines(checks.pod_networks_stay_apart, PAIR, plan(), facts(), answers) == [
        "PASS pods-control to pod 10.245.1.9 port 8080 of app: no connection | timed out"
    ]
    judged = lines(checks.cluster_ips_stay_inside, PAIR[1], plan(), facts(), answers)
    assert len(judged) == 6
    assert {line.partition(" ")[0] for line in judged} == {"PASS"}


def test_networks_that_lead_into_each_other() -> None:
    answers = everywhere(connected())
    assert lines(checks.pod_networks_stay_apart, PAIR, plan(), facts(), answers) == [
        "FAIL pods-control to pod 10.245.1.9 port 8080 of app: no connection | connected"
    ]
    judged = lines(checks.cluster_ips_stay_inside, PAIR[1], plan(), facts(), answers)
    assert {line.partition(" ")[0] for line in judged} == {"FAIL"}


def test_pod_networks_that_the_plan_joins() -> None:
    joined = replace(plan(), flows=(flow("mesh", "pods:control", "pods:app"),))
    answers = everywhere(connected())
    assert lines(checks.pod_networks_stay_apart, PAIR, joined, facts(), answers) == [
        "NOT_APPLICABLE control to app: nothing is asked | a flow plans it"
    ]


@pytest.mark.parametrize(
    ("source", "target"), [("pods:control", "vm:redis"), ("segment:lan", "pods:app")]
)
def test_a_flow_of_another_way_joins_no_pod_networks(source: str, target: str) -> None:
    apart = replace(plan(), flows=(flow("other", source, target),))
    found = lines(checks.pod_networks_stay_apart, PAIR, apart, facts(), everywhere(timed_out()))
    assert found == [
        "PASS pods-control to pod 10.245.1.9 port 8080 of app: no connection | timed out"
    ]


def test_what_strangers_could_mistake_is_left_out() -> None:
    same = replace(PAIR[1], services=PAIR[0].services)
    clusters = tuple(same if item.name == "app" else item for item in plan().clusters)
    topology = plan(clusters=clusters)
    asked = replace(scene(), topology=topology)
    answers = told({(item.vantage, item.name): timed_out() for item in questions.asked(asked)})
    moved = tuple(
        replace(item, cluster_ips=(ip_address("10.96.0.1"),)) for item in facts().services.value
    )
    seen = changed(facts(), "services", moved)
    asked = replace(asked, clusters=asked.clusters | {"app": seen})
    answers = told({(item.vantage, item.name): timed_out() for item in questions.asked(asked)})
    judged = lines(checks.cluster_ips_stay_inside, same, topology, seen, answers)
    assert {line.split(" ")[1] for line in judged} == {"runner"}


def test_a_cluster_of_which_nothing_was_observed_spoils_no_other() -> None:
    alone = replace(scene(), clusters={"app": facts()})
    found = {item.name for item in questions.asked(alone)}
    assert "reach 10.245.1.9 port 8080 from outside" in found
    blind = unseen(facts(), "endpoints", "forbidden")
    found = {item.name for item in questions.asked(replace(alone, clusters={"app": blind}))}
    assert "reach 10.245.1.9 port 8080 from outside" not in found
    assert any(name.startswith("reach 10.97.") for name in found)


def test_a_cluster_without_a_pod_to_try() -> None:
    nobody = changed(facts(), "endpoints", ())
    assert lines(checks.pod_networks_stay_apart, PAIR, plan(), nobody, told({})) == [
        "UNKNOWN app pods: no connection | "
        "no vantage point outside, or no pod that takes connections"
    ]
    bare = changed(facts(), "services", ())
    assert lines(checks.cluster_ips_stay_inside, PAIR[1], plan(), bare, told({})) == [
        "UNKNOWN app ClusterIPs: no connection | "
        "no vantage point outside, or no ClusterIP that takes connections"
    ]


def test_planned_ports_are_not_tried_and_others_must_not_answer() -> None:
    reservation = {str(item): item for item in plan().reservations}["control/prometheus"]
    assert 9090 not in questions.unplanned_ports(reservation)
    count = len(questions.unplanned_ports(reservation))
    expected = f"none of {count} usual ports that are not planned"
    subject = "control/prometheus from runner"
    closed = everywhere(timed_out())
    assert lines(checks.only_planned_ports_answer, reservation, plan(), closed) == [
        f"PASS {subject}: {expected} | none"
    ]
    open_port = ("runner", questions.reach(reservation.address, 22))
    opened = replace(closed, views=told({open_port: connected()}).views)
    opened.views["runner"].value.update(
        {k: v for k, v in closed.views["runner"].value.items() if k != open_port[1]}
    )
    assert lines(checks.only_planned_ports_answer, reservation, plan(), opened) == [
        f"FAIL {subject}: {expected} | 22/TCP"
    ]


def product(name: str, **changes: Any) -> Product:
    plain = Product(
        name=name,
        kind=name,
        target=f"reservation:control/{name}",
        stand_in=False,
        anonymous=False,
        tenant=None,
        senders=(),
        logins=(),
        synced=(),
        deploys=(),
        data_sources={},
        at=at(9),
    )
    return replace(plain, **changes)


def openness(one: Product, answer: Reply) -> list[str]:
    topology = plan(products=(one,))
    asked = questions.asked(replace(scene(), topology=topology))
    answers = told({(item.vantage, item.name): answer for item in asked})
    return lines(checks.product_is_open_as_planned, one, topology, answers)


@pytest.mark.parametrize(
    ("anonymous", "answer", "said"),
    [
        (False, http(403), "PASS vault reading from runner: closed to strangers | "
                           "closed to strangers (HTTP 403)"),
        (False, http(401), "PASS vault reading from runner: closed to strangers | "
                           "closed to strangers (HTTP 401)"),
        (False, http(200), "FAIL vault reading from runner: closed to strangers | "
                           "open to strangers (HTTP 200)"),
        (True, http(400), "PASS vault reading from runner: open to strangers | "
                          "open to strangers (HTTP 400)"),
        (True, http(403), "FAIL vault reading from runner: open to strangers | "
                          "closed to strangers (HTTP 403)"),
        (False, http(503), "UNKNOWN vault reading from runner: closed to strangers | "
                           "HTTP 503 says nothing about strangers"),
        (False, http(500), "UNKNOWN vault reading from runner: closed to strangers | "
                           "HTTP 500 says nothing about strangers"),
        (False, http(404), "UNKNOWN vault reading from runner: closed to strangers | "
                           "HTTP 404 says nothing about strangers"),
        (True, http(405), "PASS vault reading from runner: open to strangers | "
                          "open to strangers (HTTP 405)"),
        (False, http(300), "PASS vault reading from runner: closed to strangers | "
                           "closed to strangers (HTTP 300)"),
        (False, refused(), "UNKNOWN vault reading from runner: closed to strangers | refused"),
        (False, reply("answered", "answer", received=b"SSH-2.0"),
         "UNKNOWN vault reading from runner: closed to strangers | "
         "no HTTP answer, it begins with 'SSH-2.0'"),
    ],
)  # fmt: skip
def test_a_product_is_open_as_planned_or_not(anonymous: bool, answer: Reply, said: str) -> None:
    assert openness(product("vault", anonymous=anonymous), answer) == [said]


def test_reading_and_writing_are_tried_apart() -> None:
    loki = product("loki", anonymous=True, tenant="app")
    assert [line.split(" from")[0] for line in openness(loki, http(200))] == [
        "PASS loki reading",
        "PASS loki writing",
    ]
    request = questions.stranger_requests(plan(), loki)[0][1]
    assert request.headers == (("X-Scope-OrgID", "app"),)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"anonymous": None}, "the plan does not say"),
        ({"stand_in": True}, "a stand-in proves nothing of the product"),
        ({"kind": "redis", "target": "vm:redis"}, "it has no HTTP interface"),
    ],
)
def test_products_that_nothing_is_asked_of(changes: dict[str, Any], why: str) -> None:
    one = product("vault", **changes)
    assert openness(one, http(200)) == [f"NOT_APPLICABLE vault: nothing is asked | {why}"]
