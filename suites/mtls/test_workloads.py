"""What mesh workloads show on the wire."""

import pytest

from trueline.checks.mtls import (
    members_trust_one_root,
    old_tls_is_refused,
    workload_certificate_is_in_force,
    workload_chains_to_the_root,
    workload_presents_its_identity,
)


@pytest.mark.verifies(workload_presents_its_identity)
def test_workload_presents_its_identity(workload, topology, answers, judge):
    judge(workload, topology, answers)


@pytest.mark.verifies(workload_chains_to_the_root)
def test_workload_chains_to_the_root(workload, topology, snapshot, answers, judge):
    judge(workload, topology, snapshot.clusters[workload.cluster], answers)


@pytest.mark.verifies(members_trust_one_root)
def test_members_trust_one_root(cluster, topology, snapshot, judge):
    judge(cluster, topology, snapshot.clusters)


@pytest.mark.verifies(workload_certificate_is_in_force)
def test_workload_certificate_is_in_force(workload, topology, answers, judge):
    judge(workload, topology, answers)


@pytest.mark.verifies(old_tls_is_refused)
def test_old_tls_is_refused(workload, topology, answers, judge):
    judge(workload, topology, answers)
