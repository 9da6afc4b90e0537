"""The wire: every pool address is answered by whom it should be, and by nobody else."""

import pytest

from trueline.checks.l2_forwarding import announcer_passes_on
from trueline.checks.l2_neighbours import hosts_remember_who_answers
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


@pytest.mark.verifies(hosts_remember_who_answers)
def test_hosts_remember_who_answers(reservation, topology, wire, snapshot, answers, judge):
    judge(reservation, topology, wire, snapshot, answers)


@pytest.mark.verifies(announcer_passes_on)
def test_announcer_passes_on(reservation, topology, wire, snapshot, answers, judge):
    facts = snapshot.clusters[reservation.cluster]
    judge(reservation, topology, wire, snapshot, facts, answers)
