"""Whether the node that answers is the right one (L2-005)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.l2.judging import reserved
from tests.l2.scene import (
    APP,
    FACTS,
    PLAN,
    VIP,
    W2,
    WIRE,
    control,
    of_node,
)
from tests.live import changed, unseen, with_each, with_one, without
from tests.wire import FOREIGN, heard, unheard
from tests.worlds import segment, with_load_balancer, with_node, with_reservation
from trueline.model.observation import ClusterFacts, SelectorFact
from trueline.model.topology import Topology

MAY = f"a node that may announce {VIP} of control/prometheus"
NONE = "it answers for no reserved address that it may not announce"
BY_W2 = heard(WIRE, VIP, only=[W2])
NAME = "control/control-worker-2"


def local(*ready_on: str) -> ClusterFacts:
    """Prometheus under policy Local, with its ready endpoints on these nodes."""
    owner = reserved(PLAN, "control/prometheus").owner
    facts = with_one(FACTS["control"], "services", owner, external_traffic_policy="Local")
    (one,) = (item for item in facts.endpoints.value if item.service == owner)
    rest = tuple(item for item in facts.endpoints.value if item.service != owner)
    more = tuple(replace(one, node=name) for name in ready_on)
    return changed(facts, "endpoints", rest + more)


def labelled(version: str, *arguments: str) -> ClusterFacts:
    """Worker 2 carries the exclusion label, and MetalLB runs in that version."""
    label = {"node.kubernetes.io/exclude-from-external-load-balancers": ""}
    facts = with_one(FACTS["control"], "nodes", "control-worker-2", labels=label)
    facts = with_each(
        facts,
        "workloads",
        lambda one: replace(
            one, images=tuple(f"quay.io/metallb/{one.name}:{version}" for _ in "1")
        ),
    )
    return with_one(facts, "pods", "speaker-0", arguments=arguments)


def chosen(*names: str) -> ClusterFacts:
    """The advertisement of the pool chooses these nodes alone."""
    selectors = tuple(SelectorFact(match_labels={"kubernetes.io/hostname": name}) for name in names)
    return with_one(FACTS["control"], "advertisements", "l2-reserved", node_selectors=selectors)


@pytest.mark.parametrize(
    ("facts", "verdict", "why"),
    [
        pytest.param(FACTS["control"], "PASS", "it may", id="healthy"),
        pytest.param(
            without(FACTS["control"], "pods", "speaker-2"),
            "FAIL",
            "no ready speaker runs there",
            id="without a speaker",
        ),
        pytest.param(
            with_one(FACTS["control"], "nodes", "control-worker-2", network_unavailable=True),
            "FAIL",
            "the node's condition NetworkUnavailable is true",
            id="without a network",
        ),
        pytest.param(chosen("control-worker-2"), "PASS", "it may", id="chosen"),
        pytest.param(chosen("control-cp-1", "control-worker-2"), "PASS", "it may", id="chosen too"),
        pytest.param(
            chosen("control-cp-1"),
            "FAIL",
            "L2Advertisement l2-reserved leaves the node out",
            id="left out",
        ),
        pytest.param(local("control-worker-2"), "PASS", "it may", id="Local, endpoint there"),
        pytest.param(
            local("control-cp-1"),
            "FAIL",
            "OWNER has policy Local and no ready endpoint there",
            id="Local, endpoint elsewhere (ML-10)",
        ),
        pytest.param(labelled("v0.13.12"), "PASS", "it may", id="label before 0.14.2"),
        pytest.param(
            labelled("v0.14.2"),
            "FAIL",
            "the node carries the label node.kubernetes.io/exclude-from-external-load-balancers",
            id="label from 0.14.2 on (ML-11)",
        ),
        pytest.param(
            labelled("v0.14.9", "--ignore-exclude-lb=true"), "PASS", "it may", id="label ignored"
        ),
        pytest.param(
            labelled("v0.14.9", "--ignore-exclude-lb=false"),
            "FAIL",
            "the node carries the label node.kubernetes.io/exclude-from-external-load-balancers",
            id="label not ignored",
        ),
        pytest.param(
            without(FACTS["control"], "nodes", "control-worker-2"),
            "FAIL",
            "the API of its cluster has no such node",
            id="unknown to the API",
        ),
        pytest.param(
            changed(FACTS["control"], "services", ()),
            "FAIL",
            "no Service holds the address",
            id="nothing behind it",
        ),
    ],
)
def test_announcing_node_is_held_to_the_rules_of_metallb(
    facts: ClusterFacts, verdict: str, why: str
) -> None:
    why = why.replace("OWNER", reserved(PLAN, "control/prometheus").owner)
    assert of_node(NAME, BY_W2, control(facts)) == [f"{verdict} {NAME}: {MAY} | {why}"]


def test_node_of_another_cluster_is_the_wrong_one() -> None:
    told = f"FAIL app/app-worker-1: {MAY} | a node of cluster app"
    assert of_node("app/app-worker-1", heard(WIRE, VIP, only=[APP])) == [told]


def test_node_has_one_claim_for_each_address_it_holds() -> None:
    claims = of_node("control/control-cp-1", WIRE)
    assert len(claims) == len(PLAN.cluster("control").reservations)
    assert claims[1] == f"PASS control/control-cp-1: {MAY} | it may"


def test_node_that_announces_nothing_was_heard_not_to() -> None:
    told = f"PASS {NAME}: {NONE} | it alone answers for none"
    assert of_node(NAME, WIRE) == [told]
    assert of_node(NAME, heard(WIRE, VIP, W2)) == [told]  # contested: L2-004 speaks of it


def test_silent_node_may_be_the_unknown_machine() -> None:
    wire = heard(heard(WIRE, VIP, only=[FOREIGN]), "192.168.64.13", only=())
    assert of_node(NAME, wire) == [
        f"UNKNOWN {NAME}: {NONE} | it does not answer for itself, so it may be the unknown machine "
        f"that answers for {VIP}"
    ]
    quiet = heard(WIRE, "192.168.64.13", only=())
    assert of_node(NAME, quiet) == [f"PASS {NAME}: {NONE} | it alone answers for none"]


PROMISE = "A node that alone answers for a reserved address is one that may announce it."


@pytest.mark.parametrize(
    ("clusters", "why"),
    [
        (control(unseen(FACTS["control"], "pods", "forbidden")), "forbidden"),
        ({"app": FACTS["app"]}, "nobody looked at the load balancer of cluster control"),
        (
            control(labelled("latest")),
            "the tag of image 'quay.io/metallb/controller:latest' names no version",
        ),
        (
            control(without(labelled("v0.14.9"), "workloads", "speaker")),
            "no MetalLB speaker runs in namespace 'metallb-system'",
        ),
    ],
)  # fmt: skip
def test_right_node_cannot_be_told_without_the_api(
    clusters: dict[str, ClusterFacts], why: str
) -> None:
    assert of_node(NAME, BY_W2, clusters) == [f"UNKNOWN {NAME}: {PROMISE} | {why}"]


def test_node_without_an_address_on_the_wire_cannot_be_told() -> None:
    plan = with_node(PLAN, NAME, addresses=("10.1.1.1",))
    facts = control(with_one(FACTS["control"], "nodes", "control-worker-2", addresses=()))
    assert of_node(NAME, WIRE, facts, plan) == [
        f"UNKNOWN {NAME}: {PROMISE} | no known address of {NAME} lies in a segment of the plan"
    ]


def test_another_load_balancer_chooses_among_its_nodes_as_it_likes() -> None:
    plan = with_load_balancer(PLAN, "control", kind="other")
    bare = control(unseen(FACTS["control"], "pools", "MetalLB is not installed"))
    assert of_node(NAME, BY_W2, bare, plan) == [f"PASS {NAME}: {MAY} | it may"]
    told = f"FAIL app/app-worker-1: {MAY} | a node of cluster app"
    assert of_node("app/app-worker-1", heard(WIRE, VIP, only=[APP]), bare, plan) == [told]


def dual_stack() -> Topology:
    """Worker 2 and a reserved address are on an IPv6 segment too."""
    lan6 = segment("lan6", "fd00:64::/64", gateway=None, dhcp=())
    plan = with_node(PLAN, NAME, addresses=("192.168.64.13", "fd00:64::13"))
    plan = with_reservation(plan, "control/vault", address="fd00:64::103")
    return replace(plan, segments=(*plan.segments, lan6))


SIX = "fd00:64::103"
BOTH = heard(BY_W2 | {"lan6": BY_W2["lan"]}, "fd00:64::13", only=[W2], segment="lan6")
BOTH = heard(BOTH, SIX, only=[W2], segment="lan6")


def test_both_families_of_a_node_are_judged() -> None:
    wire = heard(BOTH, SIX, only=[APP], segment="lan6")
    assert of_node(NAME, BOTH, plan=dual_stack()) == [
        f"PASS {NAME}: {MAY} | it may",
        f"FAIL {NAME}: a node that may announce {SIX} of control/vault | no Service holds the "
        "address",
    ]
    assert of_node(NAME, wire, plan=dual_stack()) == [f"PASS {NAME}: {MAY} | it may"]


def test_a_segment_that_was_not_heard_takes_nothing_from_what_another_tells() -> None:
    wire = unheard(BOTH, "this host is not on it", segment="lan6")
    assert of_node(NAME, wire, plan=dual_stack()) == [
        f"PASS {NAME}: {MAY} | it may",
        f"UNKNOWN {NAME} on lan6: {NONE} | this host is not on it",
    ]
    six = with_node(dual_stack(), NAME, addresses=("fd00:64::13",))
    facts = control(with_one(FACTS["control"], "nodes", "control-worker-2", addresses=()))
    assert of_node(NAME, wire, facts, six) == [
        f"UNKNOWN {NAME}: {PROMISE} | this host is not on it"
    ]


def test_an_address_that_nobody_answers_for_has_no_unknown_machine() -> None:
    wire = heard(heard(WIRE, VIP, only=()), "192.168.64.13", only=())
    assert of_node("control/control-worker-2", wire) == [
        "PASS control/control-worker-2: it answers for no reserved address that it may not "
        "announce | it alone answers for none"
    ]
