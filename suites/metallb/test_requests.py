"""Services ask MetalLB in words that the running version reads."""

import pytest

from trueline.checks.metallb_requests import (
    addresses_are_asked_for_once,
    annotations_fit_the_running_version,
    held_addresses_are_the_requested_ones,
)


@pytest.mark.verifies(annotations_fit_the_running_version)
def test_annotations_fit_the_running_version(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(addresses_are_asked_for_once)
def test_addresses_are_asked_for_once(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(held_addresses_are_the_requested_ones)
def test_held_addresses_are_the_requested_ones(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])
