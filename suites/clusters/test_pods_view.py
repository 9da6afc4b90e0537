"""What the pods themselves see of their cluster."""

import pytest

from trueline.checks.clusters_views import pods_reach_their_own_services


@pytest.mark.verifies(pods_reach_their_own_services)
def test_pods_reach_their_own_services(pod_vantage, topology, snapshot, answers, judge):
    judge(pod_vantage, topology, snapshot.clusters, answers)
