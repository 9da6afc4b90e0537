"""The run itself: windows long enough to prove something, exceptions still in force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.topology import Topology
from trueline.requirements.plan_use import PLAN_090, PLAN_091

# Measured: a Linux proxy answers a broadcast request after 822 ms at most (proxy_delay, 0.8 s).
SHORTEST_WINDOW = 0.83


@check(PLAN_090, remedy="Set budgets.arp_window to 0.83 or more.")
def arp_window_can_prove_silence(topology: Topology) -> Iterator[Claim]:
    """The ARP window outlasts the slowest answer of a Linux proxy."""
    yield holds(
        f"{topology} arp_window",
        topology.budgets.arp_window >= SHORTEST_WINDOW,
        expected=f"{SHORTEST_WINDOW} s or more",
        observed=f"{topology.budgets.arp_window:g} s",
        at=topology.at,
    )


@check(PLAN_091, remedy="Mend what was excepted, or agree on a new date with the owner.")
def exceptions_are_in_force(topology: Topology, today: date) -> Iterator[Claim]:
    """No exception is past its date. `today` is given, because a judge has no clock."""
    if not topology.exemptions:
        yield not_applicable(topology, why="no exception is planned", at=topology.at)
    for part in topology.exemptions:
        yield holds(
            f"exception {part.requirement} {part.subject}",
            part.expires >= today,
            expected=f"an expiry on {today} or later",
            observed=f"{part.expires}, owned by {part.owner}",
            at=part.at,
        )
