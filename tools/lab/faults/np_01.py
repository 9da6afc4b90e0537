"""NP-01: a NetworkPolicy that somebody added lets everybody in."""

from __future__ import annotations

from tools.lab.faults import policies
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Add a policy that allows all ingress: policies only ever add to one another."""
    policy = policies.guarded(lab)
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]}
    item = policies.network_policy(policy, "allow-everybody", spec)
    policies.cluster_of(lab, policy).api.create(item)


FAULT = Fault(
    id="NP-01",
    title="a policy lets everybody into a protected namespace",
    reds=frozenset({"POL-002", "REACH-002"}),
    inject=inject,
    source="Kubernetes network policies: policies are additive",
    cause="POL-002",
)
