"""Every cluster and every host against every reserved port."""

import pytest

from trueline.checks.reach_matrix import reserved_port_is_reachable_from_everywhere


@pytest.mark.verifies(reserved_port_is_reachable_from_everywhere)
def test_reserved_port_is_reachable_from_everywhere(
    reservation, topology, snapshot, answers, judge
):
    judge(reservation, topology, snapshot.clusters[reservation.cluster], answers)
