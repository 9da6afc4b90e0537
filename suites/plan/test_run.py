"""The run itself: windows long enough to prove something, exceptions still in force."""

import pytest

from trueline.checks.plan_run import (
    arp_window_can_prove_silence,
    exceptions_are_in_force,
)


@pytest.mark.verifies(arp_window_can_prove_silence)
def test_arp_window_can_prove_silence(topology, judge):
    judge(topology)


@pytest.mark.verifies(exceptions_are_in_force)
def test_exceptions_are_in_force(topology, today, judge):
    judge(topology, today)
