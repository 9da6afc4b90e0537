"""The wire: every machine of the plan holds its own address, and holds it alone."""

import pytest

from trueline.checks.l2_hosts import (
    gateway_is_answered_by_one_machine,
    node_address_is_answered_by_one_machine,
    vm_address_is_answered_by_one_machine,
)


@pytest.mark.verifies(node_address_is_answered_by_one_machine)
def test_node_address_is_answered_by_one_machine(node, topology, wire, snapshot, judge):
    judge(node, topology, wire, snapshot)


@pytest.mark.verifies(gateway_is_answered_by_one_machine)
def test_gateway_is_answered_by_one_machine(segment, topology, wire, snapshot, judge):
    judge(segment, topology, wire, snapshot)


@pytest.mark.verifies(vm_address_is_answered_by_one_machine)
def test_vm_address_is_answered_by_one_machine(vm, topology, wire, snapshot, judge):
    judge(vm, topology, wire, snapshot)
