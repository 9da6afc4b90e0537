"""Network policies: the truth table of the plan, tried from every namespace."""

import pytest

from trueline.checks.policy import (
    engine_enforces_policies,
    planned_callers_enter,
    protected_namespace_denies_by_default,
    strangers_are_refused,
)


@pytest.mark.verifies(planned_callers_enter)
def test_planned_callers_enter(policy, topology, snapshot, answers, judge):
    judge(policy, topology, snapshot.clusters[policy.cluster], answers)


@pytest.mark.verifies(strangers_are_refused)
def test_strangers_are_refused(policy, topology, snapshot, answers, judge):
    judge(policy, topology, snapshot.clusters[policy.cluster], answers)


@pytest.mark.verifies(engine_enforces_policies)
def test_engine_enforces_policies(cluster, topology, snapshot, answers, judge):
    judge(cluster, topology, snapshot.clusters[cluster.name], answers)


@pytest.mark.verifies(protected_namespace_denies_by_default)
def test_protected_namespace_denies_by_default(policy, snapshot, judge):
    judge(policy, snapshot.clusters[policy.cluster])
