"""What hosts remember of a reserved address, beside who answers for it (L2-007)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.l2.judging import Wire, reserved
from tests.l2.scene import CP, FACTS, PLAN, VIP, W1, W2, WIRE
from tests.told import lines, reply, told, unusable
from tests.wire import FOREIGN, heard, unheard
from tests.worlds import at, with_reservation
from trueline.checks.l2_neighbours import hosts_remember_who_answers as checked
from trueline.model.observation import Snapshot
from trueline.model.probe import Answers, Reply, Step
from trueline.model.topology import Topology, Vantage
from trueline.questions import every, neighbours
from trueline.questions.question import Scene

HOST = Vantage(name="host", kind="host", cluster=None, segment="lan", at=at(210))
HERE = replace(PLAN, vantages=(HOST,))
ITEM = reserved(HERE, "control/prometheus")
SENDS = f"control/prometheus at host: it sends to control/control-cp-1 ({CP})"
NOTHING = "nothing is asked"


def remembers(mac: str) -> Answers:
    given = reply("answered", "answer", received=mac.encode())
    return told({("host", neighbours.name(ITEM)): given})


def said(answers: Answers, wire: Wire = WIRE, plan: Topology = HERE) -> str:
    (only,) = lines(checked, ITEM, plan, wire, Snapshot(clusters=FACTS), answers)
    return only


def test_a_host_that_sends_to_who_answers() -> None:
    assert said(remembers(CP)) == f"PASS {SENDS} | to control/control-cp-1 ({CP})"


@pytest.mark.parametrize(
    ("mac", "who"),
    [
        (W1, f"control/control-worker-1 ({W1})"),
        (FOREIGN, f"an unknown machine ({FOREIGN})"),
    ],
)
def test_a_host_that_sends_to_another_machine(mac: str, who: str) -> None:
    assert said(remembers(mac)) == f"FAIL {SENDS} | to {who}"


def test_what_is_no_text_is_no_machine_that_is_known() -> None:
    given = reply("answered", "answer", received=b"\xff\xfe")
    assert said(told({("host", neighbours.name(ITEM)): given})).startswith(f"FAIL {SENDS} | to an ")


def test_a_host_follows_the_announcer() -> None:
    moved = heard(WIRE, VIP, only=[W2])
    other = f"control/prometheus at host: it sends to control/control-worker-2 ({W2})"
    assert said(remembers(W2), moved) == f"PASS {other} | to control/control-worker-2 ({W2})"
    assert said(remembers(CP), moved) == f"FAIL {other} | to control/control-cp-1 ({CP})"


def test_another_card_of_the_same_node_will_do() -> None:
    own = next(str(node.addresses[0]) for node in PLAN.nodes if node.name == "control-cp-1")
    second = heard(WIRE, own, FOREIGN)
    assert said(remembers(FOREIGN), second) == (
        f"PASS {SENDS} | to control/control-cp-1 ({FOREIGN})"
    )


def test_a_foreign_machine_is_no_other_one() -> None:
    stranger, other = "02:00:00:00:00:77", "02:00:00:00:00:78"
    taken = heard(WIRE, VIP, only=[stranger])
    assert said(remembers(other), taken) == (
        f"FAIL control/prometheus at host: it sends to an unknown machine ({stranger}) | to an "
        f"unknown machine ({other})"
    )
    assert said(remembers(stranger), taken).startswith("PASS ")


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (heard(WIRE, VIP, only=()), "nobody answers for it, see L2-004"),
        (heard(WIRE, VIP, FOREIGN), "several machines answer for it, see L2-004"),
    ],
)
def test_who_answers_must_be_known(on: Wire, why: str) -> None:
    assert said(remembers(W1), on) == f"NOT_APPLICABLE control/prometheus: {NOTHING} | {why}"


def test_a_host_that_remembers_nobody() -> None:
    assert said(remembers("nobody")) == (
        f"NOT_APPLICABLE control/prometheus at host: {NOTHING} | it remembers nobody, and would ask"
    )


def table(given: Reply) -> Answers:
    return told({("host", neighbours.name(ITEM)): given})


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (unusable(remembers(CP), "host", "no host"), "no host"),
        (told({("host", "another"): reply("connected", "tcp")}), None),
        (
            table(reply("failed", "route", "tcp", detail="no arp")),
            "its table cannot be read: failed at tcp: no arp",
        ),
    ],
)
def test_what_was_not_told_stays_open(given: Answers, why: str | None) -> None:
    missing = f"host was not asked: who is remembered for {VIP}"
    assert said(given) == f"UNKNOWN {SENDS} | {why or missing}"


def test_a_wire_that_nobody_heard_leaves_it_open() -> None:
    assert said(remembers(CP), unheard(WIRE, "no raw socket")).startswith("UNKNOWN ")


@pytest.mark.parametrize(
    "vantage",
    [replace(HOST, segment=None), replace(HOST, kind="ssh"), replace(HOST, segment="other")],
)
def test_only_hosts_of_the_segment_are_asked(vantage: Vantage) -> None:
    away = replace(HERE, vantages=(vantage,))
    for wire in (WIRE, heard(WIRE, VIP, only=())):
        assert said(remembers(CP), wire, away) == (
            f"NOT_APPLICABLE control/prometheus: {NOTHING} | no planned host stands on its segment"
        )
    assert not every.asked(Scene(topology=away, clusters={}, nonce="n"), {"l2"})


def test_each_host_is_asked_about_each_reserved_address() -> None:
    found = every.asked(Scene(topology=HERE, clusters={}, nonce="n"), {"l2"})
    assert list(found) == ["host"]
    assert len(found["host"]) == len(HERE.reservations)
    assert found["host"][f"who is remembered for {VIP}"].probe.steps == (
        Step(transport="neighbour", host=VIP, port=9090, read="first"),
    )


def test_a_port_is_tried_where_none_is_planned() -> None:
    plan = with_reservation(HERE, "control/prometheus", ports=())
    found = every.asked(Scene(topology=plan, clusters={}, nonce="n"), {"l2"})
    assert found["host"][f"who is remembered for {VIP}"].probe.steps[0].port == 9
