from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.lab_unit.world import TEXT, plan
from tools.lab import spec
from tools.lab.errors import LabError
from tools.lab.profile import selected
from trueline.intent.load import load

ROOT = Path(__file__).parents[2]


def test_machines_are_the_chosen_nodes_and_the_vms() -> None:
    topology = plan()
    found = spec.machines(topology, selected(topology, "compact"), vms=True)
    assert [(m.index, m.name, m.kind, m.address, m.cluster, m.ports) for m in found] == [
        (1, "east-m1", "node", "198.51.100.10", "east", ()),
        (2, "east-w1", "node", "198.51.100.12", "east", ()),
        (3, "east-w2", "node", "198.51.100.13", "east", ()),
        (4, "west-m1", "node", "198.51.100.20", "west", ()),
        (5, "store", "vm", "198.51.100.30", None, (6379,)),
    ]
    assert {m.gateways for m in found} == {("198.51.100.1",)}
    assert found[0].nics == (spec.Nic("lan", ("198.51.100.10/24",)),)


def test_vms_can_be_left_out() -> None:
    topology = plan()
    assert [m.kind for m in spec.machines(topology, topology.nodes, vms=False)] == ["node"] * 6


def test_a_spec_survives_being_written_down() -> None:
    topology = plan()
    for machine in spec.machines(topology, topology.nodes, vms=True):
        assert spec.MachineSpec.load(machine.dump()) == machine


def test_the_runner_holds_the_gateway_and_has_no_default_route() -> None:
    runner = spec.runner_machine(plan())
    assert (runner.addresses, runner.gateways) == (("198.51.100.1",), ())


def test_without_a_gateway_the_runner_takes_the_last_unplanned_address() -> None:
    text = TEXT.replace(
        "    gateway: 198.51.100.1\n", "    dhcp: [198.51.100.240-198.51.100.254]\n"
    )
    assert spec.runner_machine(plan(text)).addresses == ("198.51.100.239",)


def test_both_families_of_a_node_are_on_one_card() -> None:
    topology = load(ROOT / "examples" / "dual-stack.yaml")
    node = spec.node_machine(topology, topology.nodes[0], 1)
    assert node.nics == (spec.Nic("lan", ("192.168.64.10/24", "fd00:64::10/64")),)
    assert node.gateways == ("192.168.64.1", "fd00:64::1")
    runner = spec.runner_machine(topology)
    assert runner.nics == (spec.Nic("lan", ("192.168.64.1/24", "fd00:64::1/64")),)
    assert (spec.wires(topology), spec.bridge(topology, "lan")) == (["lan"], "br0")


def test_a_segment_of_its_own_is_a_wire_of_its_own() -> None:
    text = TEXT.replace("clusters:\n", '  six: {cidr: "fd00::/64"}\n\nclusters:\n', 1)
    topology = plan(text)
    assert (spec.wires(topology), spec.bridge(topology, "six")) == (["lan", "six"], "br1")
    assert len(spec.runner_machine(topology).nics) == 2


def test_two_machines_of_one_name_are_refused() -> None:
    text = TEXT.replace("  store: {seg", "  runner: {seg")
    with pytest.raises(LabError) as caught:
        spec.machines(plan(text), plan(text).nodes, vms=True)
    assert str(caught.value) == "two machines would be called 'runner'"


def test_a_foreign_address_must_lie_on_a_segment() -> None:
    with pytest.raises(LabError) as caught:
        spec.plain_machine(plan(), "x", ip_address("203.0.113.9"), kind="foreign", index=9)
    assert str(caught.value) == "x: no segment of the plan holds 203.0.113.9"


def test_cards_keep_their_mac() -> None:
    assert spec.mac("east-m1", 0) == spec.mac("east-m1", 0) != spec.mac("east-m1", 1)
    assert spec.mac("east-m1", 0).startswith("02:")


def test_service_addresses_come_from_the_plan() -> None:
    east, west = plan().clusters
    assert spec.api_service_address(east) == "10.2.0.1"
    assert spec.dns_service_address(east) == "10.2.0.10"
    assert spec.dns_service_address(west) == "10.4.0.53"
