"""Each reserved address has its owner, and each owner something behind it."""

import pytest

from trueline.checks.metallb_owners import (
    owner_asks_for_an_address,
    owner_has_ready_endpoints,
    owner_is_a_load_balancer_service,
    owner_offers_the_planned_ports,
    reserved_address_has_its_owner,
    traffic_policy_leaves_an_announcer,
)


@pytest.mark.verifies(owner_is_a_load_balancer_service)
def test_owner_is_a_load_balancer_service(reservation, snapshot, judge):
    judge(reservation, snapshot.clusters[reservation.cluster])


@pytest.mark.verifies(owner_offers_the_planned_ports)
def test_owner_offers_the_planned_ports(reservation, snapshot, judge):
    judge(reservation, snapshot.clusters[reservation.cluster])


@pytest.mark.verifies(reserved_address_has_its_owner)
def test_reserved_address_has_its_owner(reservation, snapshot, judge):
    judge(reservation, snapshot.clusters[reservation.cluster])


@pytest.mark.verifies(owner_has_ready_endpoints)
def test_owner_has_ready_endpoints(reservation, snapshot, judge):
    judge(reservation, snapshot.clusters[reservation.cluster])


@pytest.mark.verifies(traffic_policy_leaves_an_announcer)
def test_traffic_policy_leaves_an_announcer(reservation, topology, snapshot, judge):
    cluster = topology.cluster(reservation.cluster)
    judge(reservation, cluster, snapshot.clusters[reservation.cluster])


@pytest.mark.verifies(owner_asks_for_an_address)
def test_owner_asks_for_an_address(reservation, topology, snapshot, judge):
    cluster = topology.cluster(reservation.cluster)
    judge(reservation, cluster, snapshot.clusters[reservation.cluster])
