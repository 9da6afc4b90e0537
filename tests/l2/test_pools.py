"""Silence where it belongs (L2-006), and one red for one fault in all of a pool."""

from __future__ import annotations

import pytest

from tests.l2.judging import Wire, free
from tests.l2.scene import (
    APP,
    FACTS,
    FREE,
    PLAN,
    SHORT,
    SILENT,
    VIP,
    W1,
    W2,
    WIRE,
    control,
    of_free,
)
from tests.live import changed, unseen
from tests.wire import FOREIGN, heard, listened
from trueline.checks.l2_pools import (
    node_answers_only_for_what_it_may_announce,
    reserved_address_is_answered_by_one_node,
    unreserved_address_is_silent,
)
from trueline.model.observation import ClusterFacts, Snapshot
from trueline.model.subject import silent_addresses
from trueline.model.topology import Topology
from trueline.model.verdict import Verdict


def reds(wire: Wire, clusters: dict[str, ClusterFacts] = FACTS, plan: Topology = PLAN) -> set[str]:
    """Every `requirement subject` of the pools that is not green."""
    subjects = [
        (reserved_address_is_answered_by_one_node, plan.reservations),
        (node_answers_only_for_what_it_may_announce, plan.nodes),
        (unreserved_address_is_silent, silent_addresses(plan)),
    ]
    snapshot = Snapshot(clusters=clusters)
    return {
        f"{check.requirement.id} {claim.subject}"
        for check, items in subjects
        for item in items
        for claim in check(item, plan, wire, snapshot).claims
        if claim.verdict is not Verdict.PASS
    }


def test_healthy_wire_is_green() -> None:
    assert reds(WIRE) == set()


# --- silence --------------------------------------------------------------------------------------

QUIET = f"app/{FREE}: nobody answers for {FREE} |"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (WIRE, f"PASS {QUIET} nobody answers"),
        (heard(WIRE, FREE, FOREIGN), f"FAIL {QUIET} an unknown machine ({FOREIGN})"),
        (heard(WIRE, FREE, APP), f"FAIL {QUIET} app/app-worker-1 ({APP})"),
        (listened(WIRE, 0.83), f"PASS {QUIET} nobody answers"),
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
    snapshot = Snapshot(clusters=FACTS)
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
