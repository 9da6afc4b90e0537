"""The time of day: the same for API servers, nodes, products and those who call them."""

import pytest

from trueline.checks.clocks import (
    api_clock_agrees_with_its_callers,
    clock_behind_reserved_address_agrees,
    clock_of_node_agrees,
    clocks_of_clusters_agree,
)


@pytest.mark.verifies(api_clock_agrees_with_its_callers)
def test_api_clock_agrees_with_its_callers(cluster, topology, answers, judge):
    judge(cluster, topology, answers)


@pytest.mark.verifies(clocks_of_clusters_agree)
def test_clocks_of_clusters_agree(cluster_pair, topology, answers, judge):
    judge(cluster_pair, topology, answers)


@pytest.mark.verifies(clock_of_node_agrees)
def test_clock_of_node_agrees(node, topology, snapshot, answers, judge):
    judge(node, topology, snapshot.clusters[node.cluster], answers)


@pytest.mark.verifies(clock_behind_reserved_address_agrees)
def test_clock_behind_reserved_address_agrees(reservation, topology, answers, judge):
    judge(reservation, topology, answers)
