"""The flows: between declared things, on planned ports, without contradiction, both ways told."""

import pytest

from trueline.checks.plan_flows import (
    a_forbidden_flow_is_stated,
    both_directions_are_stated,
    flow_is_stated_once,
    flow_runs_between_declared_things,
    flow_uses_a_planned_port,
    reservation_has_a_consumer,
    vm_has_a_consumer,
)


@pytest.mark.verifies(flow_runs_between_declared_things)
def test_flow_runs_between_declared_things(flow, topology, judge):
    judge(flow, topology)


@pytest.mark.verifies(flow_uses_a_planned_port)
def test_flow_uses_a_planned_port(flow, topology, judge):
    judge(flow, topology)


@pytest.mark.verifies(flow_is_stated_once)
def test_flow_is_stated_once(flow, topology, judge):
    judge(flow, topology)


@pytest.mark.verifies(both_directions_are_stated)
def test_both_directions_are_stated(cluster_pair, topology, judge):
    judge(cluster_pair, topology)


@pytest.mark.verifies(a_forbidden_flow_is_stated)
def test_a_forbidden_flow_is_stated(cluster_pair, topology, judge):
    judge(cluster_pair, topology)


@pytest.mark.verifies(reservation_has_a_consumer)
def test_reservation_has_a_consumer(reservation, topology, judge):
    judge(reservation, topology)


@pytest.mark.verifies(vm_has_a_consumer)
def test_vm_has_a_consumer(vm, topology, judge):
    judge(vm, topology)
