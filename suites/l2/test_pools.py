"""The wire: every pool address is answered by whom it should be, and by nobody else."""

import pytest

from trueline.checks.l2_pools import (
    node_answers_only_for_what_it_may_announce,
    reserved_address_is_answered_by_one_node,
    unreserved_address_is_silent,
)


@pytest.mark.verifies(reserved_address_is_answered_by_one_node)
def test_reserved_address_is_answered_by_one_node(reservation, topology, wire, snapshot, judge):
    judge(reservation, topology, wire, snapshot)


@pytest.mark.verifies(node_answers_only_for_what_it_may_announce)
def test_node_answers_only_for_what_it_may_announce(node, topology, wire, snapshot, judge):
    judge(node, topology, wire, snapshot)


@pytest.mark.verifies(unreserved_address_is_silent)
def test_unreserved_address_is_silent(silent_address, topology, wire, snapshot, judge):
    judge(silent_address, topology, wire, snapshot)
