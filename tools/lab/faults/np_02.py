"""NP-02: the rule that lets the planned caller in is gone."""

from __future__ import annotations

from tools.lab.faults import policies
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Replace every policy of the namespace by one that denies."""
    policy = policies.guarded(lab)
    cluster = policies.cluster_of(lab, policy)
    cluster.api.delete(policies.collection(policy))
    spec = {"podSelector": {}, "policyTypes": ["Ingress"]}
    cluster.api.create(policies.network_policy(policy, "deny", spec))


FAULT = Fault(
    id="NP-02",
    title="the planned caller of a protected namespace is shut out",
    reds=frozenset({"POL-001"}),
    inject=inject,
    source="architecture review E-07",
)
