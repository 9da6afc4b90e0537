"""The segments: they hold what serves them, and each of their addresses has one use."""

import pytest

from trueline.checks.plan_segments import (
    segment_address_has_one_use,
    segment_holds_its_gateway_and_leases,
)


@pytest.mark.verifies(segment_address_has_one_use)
def test_segment_address_has_one_use(topology, ledger, judge):
    judge(topology, ledger)


@pytest.mark.verifies(segment_holds_its_gateway_and_leases)
def test_segment_holds_its_gateway_and_leases(segment, judge):
    judge(segment)
