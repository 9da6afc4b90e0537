"""What must stay apart, at every address: with `--deep` or `-m deep` alone, for there are many."""

import pytest

from trueline.checks.deep import every_cluster_ip_stays_inside, every_pod_stays_apart

pytestmark = pytest.mark.deep


@pytest.mark.verifies(every_pod_stays_apart)
def test_every_pod_stays_apart(ordered_pair, topology, snapshot, answers, judge):
    judge(ordered_pair, topology, snapshot.clusters[ordered_pair[1].name], answers)


@pytest.mark.verifies(every_cluster_ip_stays_inside)
def test_every_cluster_ip_stays_inside(cluster, topology, snapshot, answers, judge):
    judge(cluster, topology, snapshot.clusters[cluster.name], answers)
