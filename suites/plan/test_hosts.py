"""The hosts: nodes and VMs have planned addresses on their segment and nowhere else."""

import pytest

from trueline.checks.plan_hosts import (
    node_address_is_inside_its_segment,
    node_address_is_outside_every_cluster_network,
    node_has_a_planned_address,
    vm_address_is_inside_its_segment,
    vm_has_a_planned_address,
)


@pytest.mark.verifies(node_has_a_planned_address)
def test_node_has_a_planned_address(node, topology, judge):
    judge(node, topology)


@pytest.mark.verifies(node_address_is_inside_its_segment)
def test_node_address_is_inside_its_segment(node, topology, judge):
    judge(node, topology)


@pytest.mark.verifies(vm_address_is_inside_its_segment)
def test_vm_address_is_inside_its_segment(vm, topology, judge):
    judge(vm, topology)


@pytest.mark.verifies(node_address_is_outside_every_cluster_network)
def test_node_address_is_outside_every_cluster_network(node, ledger, judge):
    judge(node, ledger)


@pytest.mark.verifies(vm_has_a_planned_address)
def test_vm_has_a_planned_address(vm, judge):
    judge(vm)
