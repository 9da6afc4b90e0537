"""Rows for the checks of trueline.checks.plan_run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.plan.judging import Row
from tests.worlds import TODAY, exemption, world

ROWS = [
    Row(
        "arp_window_can_prove_silence",
        "too short",
        replace(world(), budgets=replace(world().budgets, arp_window=0.5)),
        [("fail reference arp_window: expected 0.83 s or more, observed 0.5 s (topology.yaml:1)")],
        "PLAN-090",
    ),
    Row(
        "exceptions_are_in_force",
        "one expired, one on its last day",
        replace(
            world(),
            exemptions=(
                exemption(expires=date(2026, 1, 14), line=220),
                exemption("PLAN-066", "control.local", expires=TODAY, line=221),
            ),
        ),
        [
            (
                "fail exception PLAN-001 control: expected an expiry on 2026-01-15 or later, "
                "observed 2026-01-14, owned by network team (topology.yaml:220)"
            )
        ],
        "PLAN-091",
    ),
]
