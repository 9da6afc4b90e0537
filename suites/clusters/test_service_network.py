"""The effective Service network, what is taken from it, and cluster DNS."""

import pytest

from trueline.checks.services import (
    api_servers_are_told_the_effective_network,
    cluster_ips_are_in_range,
    dns_service_has_endpoints,
    dns_service_has_its_address,
    endpoints_are_in_range,
    nodes_are_outside_the_service_network,
    service_network_has_a_free_address,
    service_network_is_as_planned,
    service_networks_are_disjoint,
)


@pytest.mark.verifies(service_network_is_as_planned)
def test_service_network_is_as_planned(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(service_networks_are_disjoint)
def test_service_networks_are_disjoint(cluster_pair, snapshot, judge):
    one, other = cluster_pair
    judge(cluster_pair, snapshot.clusters[one.name], snapshot.clusters[other.name])


@pytest.mark.verifies(cluster_ips_are_in_range)
def test_cluster_ips_are_in_range(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(endpoints_are_in_range)
def test_endpoints_are_in_range(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(api_servers_are_told_the_effective_network)
def test_api_servers_are_told_the_effective_network(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(service_network_has_a_free_address)
def test_service_network_has_a_free_address(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(nodes_are_outside_the_service_network)
def test_nodes_are_outside_the_service_network(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(dns_service_has_its_address)
def test_dns_service_has_its_address(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])


@pytest.mark.verifies(dns_service_has_endpoints)
def test_dns_service_has_endpoints(cluster, snapshot, judge):
    judge(cluster, snapshot.clusters[cluster.name])
