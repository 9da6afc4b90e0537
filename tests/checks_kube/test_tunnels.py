"""The tunnels between nodes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.live import changed, facts_for
from tests.told import connected, lines, refused, reply, timed_out, told, unusable
from tests.worlds import with_cluster, world
from trueline.checks.clusters_tunnels import nodes_reach_each_other
from trueline.model.observation import ClusterFacts, Observation
from trueline.model.probe import Answers, Reply
from trueline.questions import tunnels
from trueline.questions.question import Scene

PLAN = world()
APP = PLAN.cluster("app")
FACTS = facts_for(PLAN)
ENDS = tunnels.ends(APP, FACTS["app"])
ALL = "every other node answers through its tunnel"


def healthy() -> dict[tuple[str, str], Reply]:
    """Every node reaches every other one."""
    return {
        (f"nodes:app/{node}", tunnels.name(address)): connected()
        for node in ENDS
        for other, (address,) in ENDS.items()
        if other != node
    }


def but(node: str, address: str, other: Reply) -> Answers:
    """The same, with one other reply."""
    return told(healthy() | {(f"nodes:app/{node}", tunnels.name(address)): other})


def with_nodes(count: int, ranges: tuple[str, ...] | None = None) -> ClusterFacts:
    """The app cluster with its first nodes alone, which may have other pod ranges."""
    facts = FACTS["app"]
    assert isinstance(facts.nodes, Observation)
    kept = facts.nodes.value[:count]
    if ranges is not None:
        kept = tuple(replace(node, pod_cidrs=ranges) for node in kept)
    return replace(facts, nodes=replace(facts.nodes, value=kept))


def test_each_node_tries_the_ends_of_the_others() -> None:
    asked = [
        (item.vantage, item.name)
        for item in tunnels.asked(Scene(topology=PLAN, clusters=FACTS, nonce="n"))
        if item.vantage.startswith("nodes:app/")
    ]
    assert sorted(asked) == sorted(healthy())
    assert len(asked) == 6
    assert ("nodes:app/app-cp-1", f"tunnel to {ENDS['app-worker-1'][0]} port 10250") in asked


def test_an_end_is_the_first_address_of_a_pod_range_in_each_family() -> None:
    found = tunnels.ends(APP, with_nodes(1, ("10.245.7.0/24", "fd00:7::/64")))
    assert found == {"app-cp-1": ("10.245.7.0", "fd00:7::")}
    assert tunnels.ends(APP, with_nodes(1, ())) == {}


def test_every_node_reaches_the_others_and_a_refusal_proves_it_too() -> None:
    one = ENDS["app-worker-2"][0]
    assert lines(nodes_reach_each_other, APP, FACTS["app"], but("app-cp-1", one, refused())) == [
        f"PASS app/app-cp-1: {ALL} | all do",
        f"PASS app/app-worker-1: {ALL} | all do",
        f"PASS app/app-worker-2: {ALL} | all do",
    ]


@pytest.mark.parametrize(
    ("answer", "seen"),
    [
        (timed_out(), "timed out at tcp"),
        (reply("unreachable", "resolve", "route"), "no route"),
    ],
)
def test_a_tunnel_that_nothing_comes_through_is_named(answer: Reply, seen: str) -> None:
    one = ENDS["app-worker-2"][0]
    found = lines(nodes_reach_each_other, APP, FACTS["app"], but("app-cp-1", one, answer))
    assert found[0] == f"FAIL app/app-cp-1: {ALL} | app-worker-2 ({one}): {seen}"
    assert [line[:4] for line in found[1:]] == ["PASS", "PASS"]


def test_all_lost_tunnels_of_a_node_are_named_at_its_line() -> None:
    silence = told({key: timed_out() for key in healthy()})
    claims = nodes_reach_each_other(APP, FACTS["app"], silence).claims
    one, other = (f"{name} ({ENDS[name][0]}): timed out at tcp" for name in sorted(ENDS)[1:])
    assert claims[0].observed == f"{one}; {other}"
    lines_of = {node.name: node.at for node in APP.nodes}
    assert [claim.at for claim in claims] == [lines_of[name] for name in sorted(ENDS)]


def test_a_node_that_cannot_be_asked_hides_no_other() -> None:
    one = ENDS["app-worker-2"][0]
    blind = unusable(but("app-cp-1", one, timed_out()), "nodes:app/app-worker-1", "no pod")
    found = nodes_reach_each_other(APP, FACTS["app"], blind)
    assert [claim.verdict.value for claim in found.claims] == ["fail", "unknown", "pass"]
    assert found.claims[1].observed == "no pod"


def test_it_is_about_vxlan_and_two_nodes_at_least() -> None:
    calico = with_cluster(PLAN, "app", cni=replace(APP.cni, kind="calico")).cluster("app")
    routed = replace(APP, cni=replace(APP.cni, backend="host-gw"))
    for other in (calico, routed):
        assert lines(nodes_reach_each_other, other, FACTS["app"], told({})) == [
            f"NOT_APPLICABLE app: nothing is asked | the planned CNI is {other.cni.kind} without "
            "VXLAN, the tunnels of which are known"
        ]
        assert tunnels.ends(other, FACTS["app"]) == {}
    found = lines(nodes_reach_each_other, APP, with_nodes(1), told({}))
    assert found == ["NOT_APPLICABLE app: nothing is asked | fewer than two nodes have a pod range"]
    found = lines(nodes_reach_each_other, APP, with_nodes(2), told(healthy()))
    assert [line[:4] for line in found] == ["PASS", "PASS"]
    assert tunnels.has_tunnels(replace(APP, cni=replace(APP.cni, backend=None)))


def test_nodes_are_told_in_order_whatever_order_they_are_listed_in() -> None:
    facts = FACTS["app"]
    assert isinstance(facts.nodes, Observation)
    turned = changed(facts, "nodes", facts.nodes.value[::-1])
    silence = told({key: timed_out() for key in healthy()})
    said = lines(nodes_reach_each_other, APP, facts, silence)
    assert lines(nodes_reach_each_other, APP, turned, silence) == said
