"""The planned flows: those that must work, and those that must not."""

import pytest

from trueline.checks.reach_flows import flow_planned_to_fail_fails, planned_flow_works


@pytest.mark.verifies(planned_flow_works)
def test_planned_flow_works(planned_flow, topology, wire, snapshot, answers, judge):
    judge(planned_flow, topology, wire, snapshot, answers)


@pytest.mark.verifies(flow_planned_to_fail_fails)
def test_flow_planned_to_fail_fails(forbidden_flow, topology, snapshot, answers, judge):
    judge(forbidden_flow, topology, snapshot, answers)
