"""PR-03: Prometheus takes no samples of now, because its clock was hours ahead for a moment."""

from __future__ import annotations

import time
from urllib.parse import quote

from tools.lab import clock
from tools.lab.faults import clocks, products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import prometheus_agent
from tools.lab.waiting import until

_PROGRAM = "prometheus"
_AHEAD = 2 * 3600
"""Seconds. What is older than an hour before its newest sample, Prometheus refuses for good."""


def inject(lab: Lab) -> None:
    """Let it scrape itself by a later time of day, then give it the real one again."""
    home, item = products.server(lab, "prometheus")
    _, sender = products.sender(lab, item)
    later = int(time.time()) + _AHEAD // 2
    ahead = f'timestamp(up{{job="prometheus"}}) > {later}'
    programs = clocks.programs(home, _PROGRAM)
    clock.shift(programs, _AHEAD)
    try:
        until(
            f"{item.plan} has a sample of the future",
            lambda: products.result(lab, item, f"/api/v1/query?query={quote(ahead)}"),
            within=30,
            every=0.3,
        )
    finally:
        clock.shift(programs, 0)
    fresh = f"/api/v1/query?query={quote(prometheus_agent.fresh(sender))}"
    until(
        f"{item.plan} takes nothing of {sender.cluster}",
        lambda: not products.result(lab, item, fresh),
        within=60,
        every=0.5,
    )


def undo(lab: Lab) -> None:
    """Start it anew: the samples of the future go with its pod."""
    products.renew(*products.server(lab, "prometheus"))


FAULT = Fault(
    id="PR-03",
    title="Prometheus refuses samples as too old, since its clock was ahead for a moment",
    reds=frozenset({"REACH-010", "REACH-011"}),
    cause="REACH-011",
    inject=inject,
    undo=undo,
    source="prometheus#9867, #12052",
)
