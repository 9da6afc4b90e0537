"""Network policies: the truth table of the plan, tried from every namespace."""

import pytest

from trueline.checks.policy import (
    planned_callers_enter,
    policies_are_enforced,
    protected_namespace_denies_by_default,
    strangers_are_refused,
)


@pytest.mark.verifies(planned_callers_enter)
def test_planned_callers_enter(policy, topology, snapshot, answers, judge):
    judge(policy, topology, snapshot.clusters[policy.cluster], answers)


@pytest.mark.verifies(strangers_are_refused)
def test_strangers_are_refused(policy, topology, snapshot, answers, judge):
    judge(policy, topology, snapshot.clusters[policy.cluster], answers)


@pytest.mark.verifies(policies_are_enforced)
def test_policies_are_enforced(cluster, topology, snapshot, answers, judge):
    judge(cluster, topology, snapshot.clusters[cluster.name], answers)


@pytest.mark.verifies(protected_namespace_denies_by_default)
def test_protected_namespace_denies_by_default(policy, snapshot, judge):
    judge(policy, snapshot.clusters[policy.cluster])
