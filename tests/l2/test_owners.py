"""Who owns a reserved address (L2-004)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.l2.judging import Wire, line, reserved
from tests.l2.scene import (
    APP,
    CP,
    FACTS,
    GATEWAY,
    PLAN,
    REDIS,
    SHORT,
    SILENT,
    VIP,
    W1,
    WIRE,
    control,
    of_owner,
)
from tests.live import changed, unseen, with_each, without
from tests.wire import FOREIGN, ORIGIN, heard, heard_directly, listened, unheard
from tests.worlds import with_cluster, with_node, with_pool
from trueline.checks.l2_pools import (
    reserved_address_is_answered_by_one_node,
)
from trueline.model.observation import ClusterFacts, Snapshot

OWNER = f"control/prometheus: one node answers for {VIP} |"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param(WIRE, f"PASS {OWNER} control/control-cp-1 ({CP})", id="one node"),
        pytest.param(SILENT, f"FAIL {OWNER} nobody answers", id="silent"),
        pytest.param(
            heard_directly(WIRE, VIP, CP),
            f"FAIL {OWNER} nobody answers a broadcast, and who is asked directly does: "
            f"control/control-cp-1 ({CP})",
            id="deaf to broadcasts (ML-25)",
        ),
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
    snapshot = Snapshot(clusters=FACTS)
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


def test_foreign_machine_with_a_few_addresses_names_them_all() -> None:
    wire = heard(WIRE, VIP, only=[FOREIGN])
    for last in (201, 202, 203):
        wire = heard(wire, f"192.168.64.{last}", FOREIGN)
    own = "192.168.64.201, 192.168.64.202, 192.168.64.203"
    assert of_owner(wire).endswith(f"an unknown machine ({FOREIGN}, also {own})")


def test_all_who_answer_when_asked_directly_are_named() -> None:
    told = f"control/control-cp-1 ({CP}) and control/control-worker-1 ({W1})"
    assert of_owner(heard_directly(WIRE, VIP, CP, W1)) == (
        f"FAIL {OWNER} nobody answers a broadcast, and who is asked directly does: {told}"
    )


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
    both = f"control/control-cp-1 ({CP}), control/control-worker-1 ({W1})"
    assert of_owner(heard(WIRE, VIP, W1), plan=plan) == f"FAIL {quiet} {both}"


def test_wire_out_of_reach_cannot_be_told() -> None:
    promise = "Each reserved address is answered by exactly one node and by no other machine."
    assert of_owner(unheard(WIRE, "this host is not on it")) == (
        f"UNKNOWN control/prometheus: {promise} | this host is not on it"
    )
