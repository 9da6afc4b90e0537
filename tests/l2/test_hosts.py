from __future__ import annotations

from dataclasses import replace

import pytest

from tests.l2.judging import Wire, line, lines
from tests.live import changed, facts_for, unseen, with_one
from tests.wire import FOREIGN, ORIGIN, heard, listened, mac_of, unheard, wire_for
from tests.worlds import with_node, with_segment, with_vm, world
from trueline.checks.l2_hosts import (
    gateway_is_answered_by_one_machine,
    node_address_is_answered_by_one_machine,
    vm_address_is_answered_by_one_machine,
)
from trueline.model.observation import Snapshot
from trueline.model.topology import Node, Topology, Vm

PLAN = world()
FACTS = facts_for(PLAN)
WIRE = wire_for(PLAN, FACTS)

W1 = mac_of("control/control-worker-1")
W2 = mac_of("control/control-worker-2")
SECOND = "02:00:00:00:00:12"
GATEWAY = mac_of("gateway of lan")
REDIS = mac_of("redis")
SHORT = "within 0.20 s, and a proxy-ARP responder may take 0.83 s"


def node(plan: Topology = PLAN, name: str = "control/control-worker-1") -> Node:
    return {str(item): item for item in plan.nodes}[name]


def vm(plan: Topology = PLAN, name: str = "redis") -> Vm:
    return {item.name: item for item in plan.vms}[name]


def of_node(wire: Wire, plan: Topology = PLAN) -> str:
    return line(node_address_is_answered_by_one_machine, node(plan), plan, wire, FACTS)


def of_gateway(wire: Wire, plan: Topology = PLAN) -> str:
    lan = plan.segment("lan")
    return line(gateway_is_answered_by_one_machine, lan, plan, wire, FACTS)


def of_vm(wire: Wire, plan: Topology = PLAN) -> str:
    return line(vm_address_is_answered_by_one_machine, vm(plan), plan, wire, FACTS)


# --- nodes ----------------------------------------------------------------------------------------

NODE = "control/control-worker-1: one machine answers for 192.168.64.12 |"


@pytest.mark.parametrize("name", [str(item) for item in PLAN.nodes])
def test_healthy_node_holds_its_address(name: str) -> None:
    check = node_address_is_answered_by_one_machine
    assert line(check, node(name=name), PLAN, WIRE, FACTS).startswith(f"PASS {name}:")


def test_claim_says_what_was_heard_where_it_was_declared_and_who_listened() -> None:
    snapshot = Snapshot(clusters=FACTS)
    (claim,) = node_address_is_answered_by_one_machine(node(), PLAN, WIRE, snapshot).claims
    assert (claim.observed, str(claim.at), claim.evidence) == (W1, "topology.yaml:12", (ORIGIN,))


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        pytest.param(heard(WIRE, "192.168.64.12", only=()), "FAIL", id="silent"),
        pytest.param(heard(WIRE, "192.168.64.12", FOREIGN), "FAIL", id="doubled"),
        pytest.param(heard(WIRE, "192.168.64.12", only=[W2]), "FAIL", id="held by another node"),
        pytest.param(listened(WIRE, 0.2), "UNKNOWN", id="listened too briefly"),
        pytest.param(unheard(WIRE, "no wire"), "UNKNOWN", id="not listened"),
    ],
)
def test_mutants_of_a_node_are_caught(said: Wire, verdict: str) -> None:
    assert of_node(said).startswith(f"{verdict} control/control-worker-1: ")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (WIRE, f"PASS {NODE} {W1}"),
        (heard(WIRE, "192.168.64.12", only=()), f"FAIL {NODE} nobody answers"),
        (
            heard(WIRE, "192.168.64.12", only=[W1, FOREIGN]),
            f"FAIL {NODE} {', '.join(sorted([W1, FOREIGN]))}",
        ),
        (
            heard(heard(WIRE, "192.168.64.12", only=[FOREIGN]), "192.168.64.77", FOREIGN),
            f"PASS {NODE} {FOREIGN} (also 192.168.64.77)",
        ),
        (
            heard(WIRE, "192.168.64.12", only=[W2]),
            f"FAIL {NODE} {W2} that answers for control/control-worker-2 too",
        ),
        (
            listened(heard(WIRE, "192.168.64.12", only=()), 0.2),
            f"UNKNOWN {NODE} nobody answers {SHORT}",
        ),
        (listened(WIRE, 0.2), f"UNKNOWN {NODE} {W1} {SHORT}"),
        (
            listened(heard(WIRE, "192.168.64.12", only=[FOREIGN, SECOND]), 0.2),
            f"FAIL {NODE} {SECOND}, {FOREIGN}",
        ),
    ],
)
def test_node_is_told_by_its_macs(said: Wire, told: str) -> None:
    assert of_node(said) == told


TWO_NICS = with_node(PLAN, "control/control-worker-1", addresses=("192.168.64.12", "192.168.64.42"))


def of_two(*answers: tuple[str, list[str]]) -> list[str]:
    wire = WIRE
    for address, macs in answers:
        wire = heard(wire, address, only=macs)
    check = node_address_is_answered_by_one_machine
    found = lines(check, node(TWO_NICS), TWO_NICS, wire, FACTS)
    return [text.split()[0] for text in found]


def test_two_nics_of_one_node_are_one_machine() -> None:
    both = sorted([W1, SECOND])
    assert of_two(("192.168.64.12", both), ("192.168.64.42", both)) == ["PASS", "PASS"]
    assert of_two(("192.168.64.12", [W1]), ("192.168.64.42", [SECOND])) == ["PASS", "PASS"]
    assert of_two(("192.168.64.12", [W1]), ("192.168.64.42", [W1])) == ["PASS", "PASS"]


def test_more_macs_than_nics_are_more_machines() -> None:
    many = [W1, SECOND, FOREIGN]
    assert of_two(("192.168.64.12", many), ("192.168.64.42", many)) == ["FAIL", "FAIL"]
    two = [W1, FOREIGN]
    assert of_two(("192.168.64.12", two), ("192.168.64.42", [W1])) == ["FAIL", "PASS"]


def test_address_the_plan_leaves_open_is_taken_from_the_api() -> None:
    plan = with_node(PLAN, "control/control-worker-1", addresses=())
    assert of_node(WIRE, plan) == f"PASS {NODE} {W1}"


def test_node_without_any_known_address_cannot_be_told() -> None:
    plan = with_node(PLAN, "control/control-worker-1", addresses=())
    why = "neither the plan nor the API names an address of control/control-worker-1"
    promise = "Each address of a node is answered by that node and no other machine."
    told = f"UNKNOWN control/control-worker-1: {promise} | {why}"
    check = node_address_is_answered_by_one_machine
    blind = unseen(FACTS["control"], "nodes", "forbidden")
    bare = with_one(FACTS["control"], "nodes", "control-worker-1", addresses=())
    for facts in ({"control": blind}, {"control": bare}, {}):
        assert line(check, node(plan), plan, WIRE, facts) == told


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("10.1.1.1", "10.1.1.1 lies in no segment of the plan"),
        ("192.168.64.0", "192.168.64.0 was not asked for on segment lan"),
    ],
)
def test_address_off_the_wire_cannot_be_told(address: str, why: str) -> None:
    plan = with_node(PLAN, "control/control-worker-1", addresses=(address,))
    assert of_node(WIRE, plan).endswith(f"| {why}")


def test_segment_that_was_not_heard_cannot_be_told() -> None:
    assert of_node({}).endswith("| nobody listened on segment lan")
    assert of_node(unheard(WIRE, "this host is not on it")).endswith("| this host is not on it")


def test_an_ipv6_address_is_looked_for_on_its_segment() -> None:
    lan = PLAN.segment("lan")
    six = replace(lan, name="six", cidr=type(lan.cidr).parse("fd00::/64"), gateway=None)
    plan = replace(PLAN, segments=(lan, six))
    plan = with_node(plan, "control/control-worker-1", addresses=("fd00::12",))
    why = "fd00::12 was not asked for on segment lan"
    assert of_node(WIRE | {"six": WIRE["lan"]}, plan).endswith(f"| {why}")


# --- gateway --------------------------------------------------------------------------------------

GATE = "lan: one machine that is no node answers for 192.168.64.1 |"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (WIRE, f"PASS {GATE} gateway of lan ({GATEWAY})"),
        (heard(WIRE, "192.168.64.1", only=()), f"FAIL {GATE} nobody answers"),
        (
            heard(WIRE, "192.168.64.1", only=[W1]),
            f"FAIL {GATE} control/control-worker-1 ({W1})",
        ),
        (
            heard(WIRE, "192.168.64.1", W1),
            f"FAIL {GATE} control/control-worker-1 ({W1}), gateway of lan ({GATEWAY})",
        ),
        (
            heard(WIRE, "192.168.64.1", only=[REDIS]),
            f"PASS {GATE} a machine that answers for VM redis, gateway of lan too ({REDIS})",
        ),
        (listened(WIRE, 0.2), f"UNKNOWN {GATE} gateway of lan ({GATEWAY}) {SHORT}"),
        (
            listened(heard(WIRE, "192.168.64.1", only=()), 0.2),
            f"UNKNOWN {GATE} nobody answers {SHORT}",
        ),
        (
            listened(heard(WIRE, "192.168.64.1", only=[W1]), 0.2),
            f"FAIL {GATE} control/control-worker-1 ({W1})",
        ),
    ],
)
def test_gateway_is_one_machine_and_no_node(said: Wire, told: str) -> None:
    assert of_gateway(said) == told


def test_segment_without_a_gateway_asks_nothing() -> None:
    told = "NOT_APPLICABLE lan: nothing is asked | the plan names no gateway"
    plan = with_segment(PLAN, gateway=None)
    assert of_gateway(WIRE, plan) == told
    assert of_node(WIRE, plan) == f"PASS {NODE} {W1}"


# --- VMs ------------------------------------------------------------------------------------------

REDIS_VM = "redis: one machine that is no node answers for 192.168.64.31 |"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (WIRE, f"PASS {REDIS_VM} VM redis ({REDIS})"),
        (heard(WIRE, "192.168.64.31", only=()), f"FAIL {REDIS_VM} nobody answers"),
        (
            heard(WIRE, "192.168.64.31", only=[W1]),
            f"FAIL {REDIS_VM} control/control-worker-1 ({W1})",
        ),
        (
            heard(WIRE, "192.168.64.31", only=[FOREIGN, SECOND]),
            f"FAIL {REDIS_VM} VM redis ({SECOND}), VM redis ({FOREIGN})",
        ),
    ],
)
def test_vm_is_one_machine_and_no_node(said: Wire, told: str) -> None:
    assert of_vm(said) == told


def test_vm_without_an_address_asks_nothing() -> None:
    told = "NOT_APPLICABLE redis: nothing is asked | the plan names no address"
    plan = with_vm(PLAN, "redis", address=None)
    assert of_vm(WIRE, plan) == told
    assert of_node(WIRE, plan) == f"PASS {NODE} {W1}"


def test_node_beyond_the_plan_does_not_hide_the_planned_one() -> None:
    facts = changed(FACTS["control"], "nodes", ())
    check = node_address_is_answered_by_one_machine
    assert line(check, node(), PLAN, WIRE, {"control": facts}) == f"PASS {NODE} {W1}"
