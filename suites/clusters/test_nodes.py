"""The nodes are the planned ones, Ready, and known by their own addresses."""

import pytest

from trueline.checks.nodes import (
    api_endpoints_are_the_control_plane,
    every_node_is_planned,
    every_node_is_ready,
    flannel_tunnels_to_node_addresses,
    planned_node_exists,
)


@pytest.mark.verifies(planned_node_exists)
def test_planned_node_exists(node, snapshot, judge):
    judge(node, snapshot.clusters[node.cluster])


@pytest.mark.verifies(every_node_is_planned)
def test_every_node_is_planned(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(every_node_is_ready)
def test_every_node_is_ready(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(flannel_tunnels_to_node_addresses)
def test_flannel_tunnels_to_node_addresses(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(api_endpoints_are_the_control_plane)
def test_api_endpoints_are_the_control_plane(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])
