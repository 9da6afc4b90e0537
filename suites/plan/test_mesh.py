"""The mesh and the policies: possible with the gateways, networks and pod networks planned."""

import pytest

from trueline.checks.plan_mesh import (
    mesh_has_a_trust_domain_and_networks,
    mesh_member_has_its_gateways,
    mesh_members_are_clusters,
    mesh_members_reach_each_other,
    namespace_with_a_reservation_has_a_policy,
    policies_are_enforced,
    services_stay_behind_the_gateway,
)


@pytest.mark.verifies(mesh_members_are_clusters)
def test_mesh_members_are_clusters(topology, judge):
    judge(topology)


@pytest.mark.verifies(mesh_member_has_its_gateways)
def test_mesh_member_has_its_gateways(cluster, topology, judge):
    judge(cluster, topology)


@pytest.mark.verifies(mesh_has_a_trust_domain_and_networks)
def test_mesh_has_a_trust_domain_and_networks(topology, judge):
    judge(topology)


@pytest.mark.verifies(mesh_members_reach_each_other)
def test_mesh_members_reach_each_other(cluster_pair, topology, judge):
    judge(cluster_pair, topology)


@pytest.mark.verifies(policies_are_enforced)
def test_policies_are_enforced(cluster, topology, judge):
    judge(cluster, topology)


@pytest.mark.verifies(services_stay_behind_the_gateway)
def test_services_stay_behind_the_gateway(cluster, topology, judge):
    judge(cluster, topology)


@pytest.mark.verifies(namespace_with_a_reservation_has_a_policy)
def test_namespace_with_a_reservation_has_a_policy(cluster, topology, judge):
    judge(cluster, topology)
