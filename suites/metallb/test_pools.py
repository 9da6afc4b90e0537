"""Pools and advertisements are the planned ones."""

import pytest

from trueline.checks.metallb_pools import (
    every_pool_is_planned,
    pool_assigns_as_planned,
    pool_is_advertised_as_planned,
    pool_is_as_planned,
    pools_of_clusters_are_disjoint,
)


@pytest.mark.verifies(pool_is_as_planned)
def test_pool_is_as_planned(pool, topology, snapshot, judge):
    judge(pool, topology.cluster(pool.cluster), snapshot.clusters[pool.cluster])


@pytest.mark.verifies(pool_assigns_as_planned)
def test_pool_assigns_as_planned(pool, topology, snapshot, judge):
    judge(pool, topology.cluster(pool.cluster), snapshot.clusters[pool.cluster])


@pytest.mark.verifies(pool_is_advertised_as_planned)
def test_pool_is_advertised_as_planned(pool, topology, snapshot, judge):
    judge(pool, topology.cluster(pool.cluster), snapshot.clusters[pool.cluster])


@pytest.mark.verifies(every_pool_is_planned)
def test_every_pool_is_planned(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(pools_of_clusters_are_disjoint)
def test_pools_of_clusters_are_disjoint(cluster_pair, snapshot, judge):
    one, other = cluster_pair
    judge(cluster_pair, snapshot.clusters[one.name], snapshot.clusters[other.name])
