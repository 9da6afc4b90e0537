"""Every cluster and every host against every reserved port."""

import pytest

from trueline.checks.reach_matrix import reserved_port_is_reachable_from_everywhere
from trueline.checks.reach_sizes import reserved_port_answers_large_requests


@pytest.mark.verifies(reserved_port_is_reachable_from_everywhere)
def test_reserved_port_is_reachable_from_everywhere(
    reservation, topology, snapshot, answers, judge
):
    judge(reservation, topology, snapshot.clusters[reservation.cluster], answers)


@pytest.mark.verifies(reserved_port_answers_large_requests)
def test_reserved_port_answers_large_requests(reservation, topology, answers, judge):
    judge(reservation, topology, answers)
