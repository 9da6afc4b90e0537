"""The load-balancer pools: where they lie, what they keep clear of, and how they are given out."""

import pytest

from trueline.checks.plan_pools import (
    pool_is_clear_of_hosts,
    pool_is_inside_its_segment,
    pool_is_outside_every_lease_range,
    pool_leaves_out_the_segments_own_addresses,
    pool_overlaps_no_other,
    pool_with_reservations_is_advertised,
    pools_have_an_address_to_spare,
    reserved_addresses_are_not_assigned_by_themselves,
)


@pytest.mark.verifies(pool_is_inside_its_segment)
def test_pool_is_inside_its_segment(pool, topology, judge):
    judge(pool, topology)


@pytest.mark.verifies(pool_leaves_out_the_segments_own_addresses)
def test_pool_leaves_out_the_segments_own_addresses(pool, topology, ledger, judge):
    judge(pool, topology, ledger)


@pytest.mark.verifies(pool_is_outside_every_lease_range)
def test_pool_is_outside_every_lease_range(pool, ledger, judge):
    judge(pool, ledger)


@pytest.mark.verifies(pool_is_clear_of_hosts)
def test_pool_is_clear_of_hosts(pool, ledger, judge):
    judge(pool, ledger)


@pytest.mark.verifies(pool_overlaps_no_other)
def test_pool_overlaps_no_other(pool, ledger, judge):
    judge(pool, ledger)


@pytest.mark.verifies(pool_with_reservations_is_advertised)
def test_pool_with_reservations_is_advertised(pool, topology, judge):
    judge(pool, topology)


@pytest.mark.verifies(reserved_addresses_are_not_assigned_by_themselves)
def test_reserved_addresses_are_not_assigned_by_themselves(pool, topology, judge):
    judge(pool, topology)


@pytest.mark.verifies(pools_have_an_address_to_spare)
def test_pools_have_an_address_to_spare(cluster, judge):
    judge(cluster)
