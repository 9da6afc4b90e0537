"""The reservations: a usable address of an own pool, one owner, ports and certificate names."""

import pytest

from trueline.checks.plan_reservations import (
    address_is_reserved_once,
    owner_has_one_reservation_of_a_family,
    reservation_has_a_host_address,
    reservation_is_inside_a_pool_of_its_cluster,
    reservation_names_its_ports,
    tls_port_has_certificate_names,
    vm_names_its_ports,
)


@pytest.mark.verifies(reservation_is_inside_a_pool_of_its_cluster)
def test_reservation_is_inside_a_pool_of_its_cluster(reservation, topology, judge):
    judge(reservation, topology)


@pytest.mark.verifies(reservation_has_a_host_address)
def test_reservation_has_a_host_address(reservation, topology, judge):
    judge(reservation, topology)


@pytest.mark.verifies(address_is_reserved_once)
def test_address_is_reserved_once(reservation, topology, judge):
    judge(reservation, topology)


@pytest.mark.verifies(owner_has_one_reservation_of_a_family)
def test_owner_has_one_reservation_of_a_family(reservation, topology, judge):
    judge(reservation, topology)


@pytest.mark.verifies(reservation_names_its_ports)
def test_reservation_names_its_ports(reservation, judge):
    judge(reservation)


@pytest.mark.verifies(vm_names_its_ports)
def test_vm_names_its_ports(vm, judge):
    judge(vm)


@pytest.mark.verifies(tls_port_has_certificate_names)
def test_tls_port_has_certificate_names(reservation, topology, judge):
    judge(reservation, topology)
