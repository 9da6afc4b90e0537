"""The machines outside the clusters: what they speak, to whom, and as whom."""

import pytest

from trueline.checks.vms import (
    api_front_answers_as_its_cluster,
    database_admits_whom_the_plan_admits,
    vm_speaks_where_planned,
)


@pytest.mark.verifies(vm_speaks_where_planned)
def test_vm_speaks_where_planned(vm, topology, wire, snapshot, answers, judge):
    judge(vm, topology, wire, snapshot, answers)


@pytest.mark.verifies(database_admits_whom_the_plan_admits)
def test_database_admits_whom_the_plan_admits(vm, topology, answers, judge):
    judge(vm, topology, answers)


@pytest.mark.verifies(api_front_answers_as_its_cluster)
def test_api_front_answers_as_its_cluster(vm, topology, wire, snapshot, answers, judge):
    judge(vm, topology, wire, snapshot, answers)
