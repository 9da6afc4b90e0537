"""Everything that must stay apart, where samples would miss the one address that does not."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from tests.isolation.test_isolation import PAIR, facts, plan, scene
from tests.live import changed, facts_for, unseen
from tests.told import connected, lines, timed_out, told
from tests.worlds import flow, world
from trueline.checks import deep as checks
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answers, Reply
from trueline.questions import deep as questions
from trueline.questions import every, isolation
from trueline.questions.question import Scene

FIRST, SECOND = ip_address("10.245.1.9"), ip_address("10.245.1.10")


def seen() -> ClusterFacts:
    """Two ready pods on one node, one of them with two ports; others are no target."""
    pod, second, *others = facts().endpoints.value
    pods = (replace(pod, ports=((8080, "TCP"), (53, "UDP"), (9090, "TCP"))), second, *others)
    return changed(facts(), "endpoints", pods)


def asked() -> Scene:
    return replace(scene(), clusters=facts_for(world()) | {"app": seen()})


def answered(usual: Reply, at: dict[str, Reply] | None = None) -> Answers:
    found = {(item.vantage, item.name): usual for item in questions.asked(asked())}
    return told(found | {("pods-control", name): reply for name, reply in (at or {}).items()})


def test_every_ready_pod_and_port_is_tried_and_every_cluster_ip() -> None:
    app = PAIR[1]
    assert questions.every_pod(app, seen()) == ((FIRST, 8080), (FIRST, 9090), (SECOND, 8080))
    assert len(isolation.foreign_pods(app, seen())) == 1
    everything = questions.every_cluster_ip(app, seen())
    assert set(isolation.cluster_ips(app, seen())) < set(everything)
    ports = {
        (address, port.port)
        for service in seen().services.value
        for address in service.cluster_ips
        for port in service.ports
        if port.protocol == "TCP"
    }
    assert set(everything) == ports


def test_all_of_it_stays_apart() -> None:
    answers = answered(timed_out())
    assert lines(checks.every_pod_stays_apart, PAIR, plan(), seen(), answers) == [
        f"PASS pods-control to pod {where} of app: no connection | timed out"
        for where in ("10.245.1.9 port 8080", "10.245.1.9 port 9090", "10.245.1.10 port 8080")
    ]
    judged = lines(checks.every_cluster_ip_stays_inside, PAIR[1], plan(), seen(), answers)
    assert {line.partition(" ")[0] for line in judged} == {"PASS"}
    assert len(judged) == 2 * len(questions.every_cluster_ip(PAIR[1], seen()))


def test_the_one_pod_that_samples_miss_is_found() -> None:
    answers = answered(timed_out(), {isolation.reach(SECOND, 8080): connected()})
    found = lines(checks.every_pod_stays_apart, PAIR, plan(), seen(), answers)
    assert [line for line in found if not line.startswith("PASS")] == [
        "FAIL pods-control to pod 10.245.1.10 port 8080 of app: no connection | connected"
    ]


def test_the_one_cluster_ip_that_samples_miss_is_found() -> None:
    app = PAIR[1]
    few = isolation.cluster_ips(app, seen())
    address, port = next(one for one in questions.every_cluster_ip(app, seen()) if one not in few)
    answers = answered(timed_out(), {isolation.reach(address, port): connected()})
    found = lines(checks.every_cluster_ip_stays_inside, app, plan(), seen(), answers)
    assert [line for line in found if not line.startswith("PASS")] == [
        f"FAIL pods-control to ClusterIP {address} port {port} of app: no connection | connected"
    ]


def test_pod_networks_that_the_plan_joins() -> None:
    joined = replace(plan(), flows=(flow("mesh", "pods:control", "pods:app"),))
    found = lines(checks.every_pod_stays_apart, PAIR, joined, seen(), answered(connected()))
    assert found == ["NOT_APPLICABLE control to app: nothing is asked | a flow plans it"]


def test_what_is_not_seen_is_not_tried_and_cannot_be_told() -> None:
    everything = {item.name for item in questions.asked(asked())}
    for facet in ("endpoints", "services"):
        blind = unseen(seen(), facet, "the API refused")
        clusters = asked().clusters | {"app": blind}
        names = {item.name for item in questions.asked(replace(asked(), clusters=clusters))}
        assert names < everything
        judged = [
            *lines(checks.every_pod_stays_apart, PAIR, plan(), blind, answered(timed_out())),
            *lines(
                checks.every_cluster_ip_stays_inside, PAIR[1], plan(), blind, answered(timed_out())
            ),
        ]
        (doubt,) = [line for line in judged if not line.startswith("PASS")]
        assert doubt.startswith("UNKNOWN ")
        assert "the API refused" in doubt


def names_of(*areas: str) -> list[tuple[str, str]]:
    found = every.asked(asked(), set(areas) or None)
    return [(vantage, name) for vantage, mine in found.items() for name in mine]


def test_it_is_asked_only_where_it_is_named() -> None:
    deep = {(item.vantage, item.name) for item in questions.asked(asked())}
    assert set(names_of("deep")) == deep
    assert not deep <= set(names_of())
    assert names_of("a suite of somebody else") == names_of()
    assert set(names_of("a suite of somebody else", "deep")) == set(names_of()) | deep


def test_the_samples_are_a_part_of_it_under_the_same_names() -> None:
    samples = {name for _, name in names_of("isolation")} & {name for _, name in names_of("deep")}
    assert isolation.reach(FIRST, 8080) in samples
