"""MetalLB gives addresses to all who ask, and to nobody else."""

import pytest

from trueline.checks.metallb_addresses import (
    addresses_are_shared_only_by_agreement,
    every_load_balancer_service_has_an_address,
    no_address_is_held_in_two_clusters,
    unreserved_addresses_are_held_by_nobody,
)


@pytest.mark.verifies(every_load_balancer_service_has_an_address)
def test_every_load_balancer_service_has_an_address(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(unreserved_addresses_are_held_by_nobody)
def test_unreserved_addresses_are_held_by_nobody(pool, topology, snapshot, judge):
    cluster = topology.cluster(pool.cluster)
    judge(pool, cluster, snapshot.clusters[pool.cluster])


@pytest.mark.verifies(addresses_are_shared_only_by_agreement)
def test_addresses_are_shared_only_by_agreement(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(no_address_is_held_in_two_clusters)
def test_no_address_is_held_in_two_clusters(cluster_pair, snapshot, judge):
    one, other = cluster_pair
    judge(cluster_pair, snapshot.clusters[one.name], snapshot.clusters[other.name])
