from __future__ import annotations

from dataclasses import replace

import pytest

from tests.l2.judging import Wire, free, line, lines, reserved
from tests.live import changed, facts_for, unseen, with_each, with_one, without
from tests.wire import FOREIGN, ORIGIN, heard, listened, mac_of, unheard, wire_for
from tests.worlds import with_cluster, with_node, with_pool, world
from trueline.checks.l2_pools import (
    node_answers_only_for_what_it_may_announce,
    reserved_address_is_answered_by_one_node,
    unreserved_address_is_silent,
)
from trueline.model.observation import ClusterFacts, SelectorFact, Snapshot
from trueline.model.subject import silent_addresses
from trueline.model.topology import Node, Topology
from trueline.model.verdict import Verdict

PLAN = world()
FACTS = facts_for(PLAN)
WIRE = wire_for(PLAN, FACTS)
VIP = "192.168.64.101"
FREE = "192.168.64.140"

CP = mac_of("control/control-cp-1")
W1 = mac_of("control/control-worker-1")
W2 = mac_of("control/control-worker-2")
APP = mac_of("app/app-worker-1")
REDIS = mac_of("redis")
GATEWAY = mac_of("gateway of lan")
SHORT = "within 0.20 s, and a proxy-ARP responder may take 0.83 s"


def node(name: str, plan: Topology = PLAN) -> Node:
    return {str(item): item for item in plan.nodes}[name]


def control(facts: ClusterFacts) -> dict[str, ClusterFacts]:
    return FACTS | {"control": facts}


def of_owner(wire: Wire, clusters: dict[str, ClusterFacts] = FACTS, plan: Topology = PLAN) -> str:
    subject = reserved(plan, "control/prometheus")
    return line(reserved_address_is_answered_by_one_node, subject, plan, wire, clusters)


def of_node(
    name: str,
    wire: Wire,
    clusters: dict[str, ClusterFacts] = FACTS,
    plan: Topology = PLAN,
) -> list[str]:
    check = node_answers_only_for_what_it_may_announce
    return lines(check, node(name, plan), plan, wire, clusters)


def of_free(wire: Wire, plan: Topology = PLAN) -> str:
    return line(unreserved_address_is_silent, free(plan, FREE), plan, wire, FACTS)


def reds(wire: Wire, clusters: dict[str, ClusterFacts] = FACTS, plan: Topology = PLAN) -> set[str]:
    """Every `requirement subject` of the pools that is not green."""
    subjects = [
        (reserved_address_is_answered_by_one_node, plan.reservations),
        (node_answers_only_for_what_it_may_announce, plan.nodes),
        (unreserved_address_is_silent, silent_addresses(plan)),
    ]
    snapshot = Snapshot(run="r", clusters=clusters)
    return {
        f"{check.requirement.id} {claim.subject}"
        for check, items in subjects
        for item in items
        for claim in check(item, plan, wire, snapshot).claims
        if claim.verdict is not Verdict.PASS
    }


# --- who owns a reserved address ------------------------------------------------------------------

OWNER = f"control/prometheus: one node answers for {VIP} |"
SILENT = heard(WIRE, VIP, only=())


def test_healthy_wire_is_green() -> None:
    assert reds(WIRE) == set()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param(WIRE, f"PASS {OWNER} control/control-cp-1 ({CP})", id="one node"),
        pytest.param(SILENT, f"FAIL {OWNER} nobody answers", id="silent"),
        pytest.param(
            heard(WIRE, VIP, W1),
            f"FAIL {OWNER} 2 nodes of one cluster: control/control-cp-1 ({CP}), "
            f"control/control-worker-1 ({W1})",
            id="two nodes (ML-06, ML-07)",
        ),
        pytest.param(
            heard(WIRE, VIP, APP),
            f"FAIL {OWNER} nodes of 2 clusters: app/app-worker-1 ({APP}), "
            f"control/control-cp-1 ({CP})",
            id="two clusters (ML-04)",
        ),
        pytest.param(
            heard(WIRE, VIP, FOREIGN),
            f"FAIL {OWNER} a node and 1 foreign machine: control/control-cp-1 ({CP}), "
            f"an unknown machine ({FOREIGN})",
            id="a node and a foreign machine (ML-05)",
        ),
        pytest.param(
            heard(heard(WIRE, VIP, FOREIGN), "192.168.64.77", FOREIGN),
            f"FAIL {OWNER} a node and 1 foreign machine: control/control-cp-1 ({CP}), "
            f"an unknown machine ({FOREIGN}, also 192.168.64.77)",
            id="a foreign machine with an address of its own",
        ),
        pytest.param(
            heard(WIRE, VIP, only=[FOREIGN]),
            f"FAIL {OWNER} only 1 foreign machine: an unknown machine ({FOREIGN})",
            id="only a foreign machine (ML-26)",
        ),
        pytest.param(
            heard(WIRE, VIP, only=[REDIS, GATEWAY]),
            f"FAIL {OWNER} only 2 foreign machines: "
            + ", ".join(
                text for _, text in sorted(
                    [(REDIS, f"VM redis ({REDIS})"), (GATEWAY, f"gateway of lan ({GATEWAY})")]
                )
            ),
            id="machines of the plan that are no nodes",
        ),
        pytest.param(
            heard(WIRE, VIP, W1, FOREIGN, only=None),
            f"FAIL {OWNER} 2 nodes of one cluster and 1 foreign machine: "
            f"control/control-cp-1 ({CP}), control/control-worker-1 ({W1}), "
            f"an unknown machine ({FOREIGN})",
            id="everybody",
        ),
        pytest.param(
            listened(WIRE, 0.2),
            f"UNKNOWN {OWNER} control/control-cp-1 ({CP}) {SHORT}",
            id="one node, listened too briefly",
        ),
        pytest.param(
            listened(SILENT, 0.2), f"UNKNOWN {OWNER} nobody answers {SHORT}", id="silent, briefly"
        ),
        pytest.param(
            listened(heard(WIRE, VIP, only=[FOREIGN]), 0.2),
            f"FAIL {OWNER} only 1 foreign machine: an unknown machine ({FOREIGN})",
            id="a reply disproves, however briefly heard",
        ),
    ],
)  # fmt: skip
def test_owners_are_told_apart(said: Wire, told: str) -> None:
    assert of_owner(said) == told


def test_owner_is_declared_heard_and_predicted() -> None:
    snapshot = Snapshot(run="r", clusters=FACTS)
    subject = reserved(PLAN, "control/prometheus")
    (claim,) = reserved_address_is_answered_by_one_node(subject, PLAN, WIRE, snapshot).claims
    assert str(claim.at) == "topology.yaml:31"
    assert claim.evidence == (ORIGIN, "MetalLB's hash elects node control-worker-1")


def test_two_nics_of_one_node_are_one_owner() -> None:
    plan = with_node(PLAN, "control/control-cp-1", addresses=("192.168.64.11", "192.168.64.41"))
    wire = heard(heard(WIRE, "192.168.64.41", FOREIGN), VIP, FOREIGN)
    told = ", ".join(sorted([CP, FOREIGN]))
    assert of_owner(wire, plan=plan) == f"PASS {OWNER} control/control-cp-1 ({told})"


def test_machine_that_answers_for_two_nodes_is_neither() -> None:
    wire = WIRE
    for address in ("192.168.64.11", "192.168.64.12", VIP):
        wire = heard(wire, address, FOREIGN)
    assert of_owner(wire) == (
        f"FAIL {OWNER} a node and 1 foreign machine: control/control-cp-1 ({CP}), a machine that "
        f"answers for control/control-cp-1, control/control-worker-1 too ({FOREIGN})"
    )


def test_foreign_machine_with_many_addresses_names_a_few() -> None:
    wire = heard(WIRE, VIP, only=[FOREIGN])
    for last in range(201, 206):
        wire = heard(wire, f"192.168.64.{last}", FOREIGN)
    own = "192.168.64.201, 192.168.64.202, 192.168.64.203 and 2 more"
    assert of_owner(wire).endswith(f"an unknown machine ({FOREIGN}, also {own})")


def test_nameless_machine_may_be_a_node_that_is_silent_for_itself() -> None:
    wire = heard(heard(WIRE, VIP, only=[FOREIGN]), "192.168.64.13", only=())
    assert of_owner(wire) == (
        f"UNKNOWN {OWNER} an unknown machine ({FOREIGN}) answers, and it may be "
        "control/control-worker-2, silent for itself"
    )
    named = heard(wire, "192.168.64.77", FOREIGN)
    assert of_owner(named).startswith(f"FAIL {OWNER} only 1 foreign machine: ")
    assert of_owner(heard(wire, VIP, W1)).startswith(f"FAIL {OWNER} a node and 1 foreign machine: ")


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        pytest.param(
            changed(FACTS["control"], "services", ()), "no Service holds the address", id="ML-02"
        ),
        pytest.param(
            changed(FACTS["control"], "pools", ()), "no IPAddressPool holds the address", id="pool"
        ),
        pytest.param(
            without(FACTS["control"], "advertisements", "l2-reserved"),
            "no L2Advertisement selects pool reserved",
            id="ML-01",
        ),
        pytest.param(
            with_each(FACTS["control"], "endpoints", lambda one: replace(one, ready=False)),
            "no endpoint of default/prometheus is ready",
            id="ML-09",
        ),
        pytest.param(
            with_each(
                FACTS["control"],
                "pods",
                lambda one: None if one.name.startswith("speaker") else one,
            ),
            "on no node: no ready speaker runs there",
            id="ML-29",
        ),
    ],
)
def test_silence_is_explained_by_the_api(facts: ClusterFacts, why: str) -> None:
    owner = reserved(PLAN, "control/prometheus").owner
    why = why.replace("default/prometheus", owner)
    assert of_owner(SILENT, control(facts)) == f"FAIL {OWNER} nobody answers: {why}"


@pytest.mark.parametrize(
    "clusters",
    [
        pytest.param({}, id="nobody looked"),
        pytest.param(control(unseen(FACTS["control"], "pools", "forbidden")), id="a gap"),
    ],
)
def test_wire_is_judged_without_the_api(clusters: dict[str, ClusterFacts]) -> None:
    assert of_owner(WIRE, clusters) == f"PASS {OWNER} control/control-cp-1 ({CP})"
    assert of_owner(SILENT, clusters) == f"FAIL {OWNER} nobody answers"


def test_plan_without_a_load_balancer_still_hears_its_wire() -> None:
    plan = with_pool(PLAN, "control/reserved", advertise="none")
    bare = with_cluster(plan, "control", load_balancer=None)
    subject = reserved(PLAN, "control/prometheus")
    check = reserved_address_is_answered_by_one_node
    told = f"PASS {OWNER} control/control-cp-1 ({CP})"
    assert line(check, subject, bare, WIRE, FACTS) == told


def test_reservation_in_a_silent_pool_is_silent() -> None:
    plan = with_pool(PLAN, "control/reserved", advertise="none")
    quiet = f"control/prometheus: nobody answers for {VIP} |"
    assert of_owner(SILENT, plan=plan) == f"PASS {quiet} nobody answers"
    assert of_owner(WIRE, plan=plan) == f"FAIL {quiet} control/control-cp-1 ({CP})"


def test_wire_out_of_reach_cannot_be_told() -> None:
    promise = "Each reserved address is answered by exactly one node and by no other machine."
    assert of_owner(unheard(WIRE, "this host is not on it")) == (
        f"UNKNOWN control/prometheus: {promise} | this host is not on it"
    )


# --- whether it is the right node -----------------------------------------------------------------

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


# --- silence --------------------------------------------------------------------------------------

QUIET = f"app/{FREE}: nobody answers for {FREE} |"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (WIRE, f"PASS {QUIET} nobody answers"),
        (heard(WIRE, FREE, FOREIGN), f"FAIL {QUIET} an unknown machine ({FOREIGN})"),
        (heard(WIRE, FREE, APP), f"FAIL {QUIET} app/app-worker-1 ({APP})"),
        (listened(WIRE, 0.2), f"UNKNOWN {QUIET} nobody answers {SHORT}"),
        (
            listened(heard(WIRE, FREE, FOREIGN), 0.2),
            f"FAIL {QUIET} an unknown machine ({FOREIGN})",
        ),
    ],
)
def test_free_address_is_silent(said: Wire, told: str) -> None:
    assert of_free(said) == told


def test_brief_listening_says_how_to_listen_longer() -> None:
    snapshot = Snapshot(run="r", clusters=FACTS)
    judged = unreserved_address_is_silent(free(PLAN, FREE), PLAN, listened(WIRE, 0.2), snapshot)
    assert judged.claims[0].remedy == "Set budgets.arp_window to 0.83 or more."


# --- one fault, one red ---------------------------------------------------------------------------


def everywhere(mac: str) -> Wire:
    wire = WIRE
    for pool in PLAN.pools:
        for part in pool.ranges:
            for address in part.addresses():
                wire = heard(wire, str(address), mac)
    return wire


ALL_SILENT = {str(item) for item in silent_addresses(PLAN)}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(SILENT, {"L2-004 control/prometheus"}, id="ML-09 silent"),
        pytest.param(heard(WIRE, VIP, APP), {"L2-004 control/prometheus"}, id="ML-04"),
        pytest.param(heard(WIRE, VIP, FOREIGN), {"L2-004 control/prometheus"}, id="ML-05"),
        pytest.param(heard(WIRE, VIP, W1, W2), {"L2-004 control/prometheus"}, id="ML-06"),
        pytest.param(heard(WIRE, FREE, FOREIGN), {f"L2-006 app/{FREE}"}, id="ML-31"),
        pytest.param(
            everywhere(FOREIGN),
            {f"L2-004 {item}" for item in PLAN.reservations}
            | {f"L2-006 {item}" for item in ALL_SILENT},
            id="ML-26",
        ),
        pytest.param(
            heard(WIRE, VIP, only=[APP]), {"L2-005 app/app-worker-1"}, id="the wrong cluster"
        ),
    ],
)
def test_one_fault_turns_one_requirement_red(said: Wire, expected: set[str]) -> None:
    assert reds(said) == expected


def test_cluster_that_announces_nothing_is_red_once_for_each_address() -> None:
    wire = WIRE
    for item in PLAN.cluster("control").reservations:
        wire = heard(wire, str(item.address), only=())
    facts = control(changed(FACTS["control"], "advertisements", ()))
    expected = {f"L2-004 {item}" for item in PLAN.cluster("control").reservations}
    assert reds(wire, facts) == expected


def test_dead_api_spoils_only_what_needs_it() -> None:
    gap = unseen(FACTS["control"], "services", "no route to host")
    assert reds(WIRE, control(gap)) == {"L2-005 control/control-cp-1"}
