"""Whom the mesh lets in, and whom it refuses."""

import pytest

from trueline.checks.mtls_callers import (
    control_planes_watch_each_other,
    gateway_passes_on_known_names_only,
    planned_callers_reach_the_workload,
    strict_workload_refuses_plaintext,
    strict_workload_refuses_strangers,
)


@pytest.mark.verifies(strict_workload_refuses_plaintext)
def test_strict_workload_refuses_plaintext(workload, topology, answers, judge):
    judge(workload, topology, answers)


@pytest.mark.verifies(strict_workload_refuses_strangers)
def test_strict_workload_refuses_strangers(workload, topology, answers, judge):
    judge(workload, topology, answers)


@pytest.mark.verifies(gateway_passes_on_known_names_only)
def test_gateway_passes_on_known_names_only(cluster, topology, answers, judge):
    judge(cluster, topology, answers)


@pytest.mark.verifies(planned_callers_reach_the_workload)
def test_planned_callers_reach_the_workload(workload, answers, judge):
    judge(workload, answers)


@pytest.mark.verifies(control_planes_watch_each_other)
def test_control_planes_watch_each_other(cluster, topology, answers, judge):
    judge(cluster, topology, answers)
