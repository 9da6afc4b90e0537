"""MetalLB runs, in the planned version, where it may announce."""

import pytest

from trueline.checks.metallb import (
    controller_is_healthy,
    metallb_version_is_as_planned,
    some_node_may_announce,
    speakers_are_healthy,
)
from trueline.checks.metallb_containers import metallb_runs_undisturbed
from trueline.checks.metallb_metrics import speakers_run_on_the_present_configuration


@pytest.mark.verifies(controller_is_healthy)
def test_controller_is_healthy(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(speakers_are_healthy)
def test_speakers_are_healthy(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(metallb_version_is_as_planned)
def test_metallb_version_is_as_planned(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(some_node_may_announce)
def test_some_node_may_announce(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(speakers_run_on_the_present_configuration)
def test_speakers_run_on_the_present_configuration(cluster, topology, snapshot, answers, judge):
    judge(cluster, topology, snapshot.clusters[cluster.name], answers)


@pytest.mark.verifies(metallb_runs_undisturbed)
def test_metallb_runs_undisturbed(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])
