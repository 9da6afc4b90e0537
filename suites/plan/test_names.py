"""The names: everything that clients call has one, and each leads to what is planned."""

import pytest

from trueline.checks.plan_names import (
    api_endpoint_has_a_name,
    name_covers_every_family_of_its_owner,
    name_leads_to_planned_addresses,
    name_lies_in_a_declared_zone,
    name_says_where_it_resolves,
    reservation_has_a_name,
    vm_has_a_name,
    zone_has_an_authority,
    zone_is_not_multicast,
)


@pytest.mark.verifies(reservation_has_a_name)
def test_reservation_has_a_name(reservation, topology, judge):
    judge(reservation, topology)


@pytest.mark.verifies(vm_has_a_name)
def test_vm_has_a_name(vm, topology, judge):
    judge(vm, topology)


@pytest.mark.verifies(api_endpoint_has_a_name)
def test_api_endpoint_has_a_name(cluster, topology, judge):
    judge(cluster, topology)


@pytest.mark.verifies(name_leads_to_planned_addresses)
def test_name_leads_to_planned_addresses(dns_name, topology, judge):
    judge(dns_name, topology)


@pytest.mark.verifies(name_lies_in_a_declared_zone)
def test_name_lies_in_a_declared_zone(dns_name, topology, judge):
    judge(dns_name, topology)


@pytest.mark.verifies(zone_has_an_authority)
def test_zone_has_an_authority(zone, judge):
    judge(zone)


@pytest.mark.verifies(name_covers_every_family_of_its_owner)
def test_name_covers_every_family_of_its_owner(dns_name, topology, judge):
    judge(dns_name, topology)


@pytest.mark.verifies(name_says_where_it_resolves)
def test_name_says_where_it_resolves(dns_name, topology, judge):
    judge(dns_name, topology)


@pytest.mark.verifies(zone_is_not_multicast)
def test_zone_is_not_multicast(zone, judge):
    judge(zone)
