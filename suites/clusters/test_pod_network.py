"""Pod ranges, pod addresses and tunnels, within a cluster and between two."""

import pytest

from trueline.checks.clusters_pods import (
    every_node_has_its_pod_range,
    pod_addresses_are_of_their_node,
    pod_addresses_are_unique,
    pod_ranges_are_planned,
    pod_ranges_of_clusters_are_disjoint,
    pod_ranges_of_nodes_are_disjoint,
)
from trueline.checks.clusters_tunnels import nodes_reach_each_other


@pytest.mark.verifies(every_node_has_its_pod_range)
def test_every_node_has_its_pod_range(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(pod_ranges_are_planned)
def test_pod_ranges_are_planned(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(pod_ranges_of_nodes_are_disjoint)
def test_pod_ranges_of_nodes_are_disjoint(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(pod_ranges_of_clusters_are_disjoint)
def test_pod_ranges_of_clusters_are_disjoint(cluster_pair, snapshot, judge):
    one, other = cluster_pair
    judge(cluster_pair, snapshot.clusters[one.name], snapshot.clusters[other.name])


@pytest.mark.verifies(pod_addresses_are_unique)
def test_pod_addresses_are_unique(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(pod_addresses_are_of_their_node)
def test_pod_addresses_are_of_their_node(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(nodes_reach_each_other)
def test_nodes_reach_each_other(cluster, snapshot, answers, judge):
    judge(cluster, snapshot.clusters[cluster.name], answers)
