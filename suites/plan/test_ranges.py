"""The networks of the clusters: well written, of a possible size, and overlapping nothing."""

import pytest

from trueline.checks.plan_ranges import (
    address_families_agree,
    cluster_networks_are_clear_of_the_segments,
    cluster_networks_are_written_without_host_bits,
    dns_service_is_inside_the_service_network,
    planned_pod_networks_are_disjoint,
    planned_service_networks_are_disjoint,
    pod_network_has_a_range_for_every_node,
    pods_and_services_are_disjoint,
    pods_and_services_of_two_clusters_are_disjoint,
    segment_is_written_without_host_bits,
    service_network_has_a_possible_size,
)


@pytest.mark.verifies(cluster_networks_are_written_without_host_bits)
def test_cluster_networks_are_written_without_host_bits(cluster, judge):
    judge(cluster)


@pytest.mark.verifies(segment_is_written_without_host_bits)
def test_segment_is_written_without_host_bits(segment, judge):
    judge(segment)


@pytest.mark.verifies(planned_service_networks_are_disjoint)
def test_planned_service_networks_are_disjoint(cluster_pair, judge):
    judge(cluster_pair)


@pytest.mark.verifies(planned_pod_networks_are_disjoint)
def test_planned_pod_networks_are_disjoint(cluster_pair, judge):
    judge(cluster_pair)


@pytest.mark.verifies(pods_and_services_of_two_clusters_are_disjoint)
def test_pods_and_services_of_two_clusters_are_disjoint(cluster_pair, judge):
    judge(cluster_pair)


@pytest.mark.verifies(pods_and_services_are_disjoint)
def test_pods_and_services_are_disjoint(cluster, judge):
    judge(cluster)


@pytest.mark.verifies(cluster_networks_are_clear_of_the_segments)
def test_cluster_networks_are_clear_of_the_segments(cluster, ledger, judge):
    judge(cluster, ledger)


@pytest.mark.verifies(service_network_has_a_possible_size)
def test_service_network_has_a_possible_size(cluster, judge):
    judge(cluster)


@pytest.mark.verifies(address_families_agree)
def test_address_families_agree(cluster, judge):
    judge(cluster)


@pytest.mark.verifies(dns_service_is_inside_the_service_network)
def test_dns_service_is_inside_the_service_network(cluster, judge):
    judge(cluster)


@pytest.mark.verifies(pod_network_has_a_range_for_every_node)
def test_pod_network_has_a_range_for_every_node(cluster, judge):
    judge(cluster)
