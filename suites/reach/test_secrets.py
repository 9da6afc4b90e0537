"""Secrets: who may read them reads them, and nobody else."""

import pytest

from trueline.checks.reach_secrets import (
    nobody_else_gets_in,
    synced_secret_is_ready,
    workload_logs_in_and_reads,
)


@pytest.mark.verifies(workload_logs_in_and_reads)
def test_workload_logs_in_and_reads(access, topology, answers, judge):
    judge(access, topology, answers)


@pytest.mark.verifies(nobody_else_gets_in)
def test_nobody_else_gets_in(access, topology, answers, judge):
    judge(access, topology, answers)


@pytest.mark.verifies(synced_secret_is_ready)
def test_synced_secret_is_ready(synced_secret, snapshot, judge):
    judge(synced_secret, snapshot.clusters[synced_secret.deploy.cluster])
