"""NP-03: the policies of a protected namespace were deleted."""

from __future__ import annotations

from tools.lab.faults import policies
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Delete every NetworkPolicy of the namespace."""
    policy = policies.guarded(lab)
    policies.cluster_of(lab, policy).api.delete(policies.collection(policy))


FAULT = Fault(
    id="NP-03",
    title="a protected namespace has lost its policies",
    reds=frozenset({"POL-002", "POL-004", "REACH-002"}),
    cause="POL-004",
    inject=inject,
    source="architecture review E-07",
)
