"""NP-05: a policy that goes by addresses lets in the whole pod network."""

from __future__ import annotations

from tools.lab.faults import policies
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Add a policy with a block of addresses, in which all pods of the cluster have theirs."""
    policy = policies.guarded(lab)
    cluster = policies.cluster_of(lab, policy)
    blocks = [{"ipBlock": {"cidr": str(cidr.network)}} for cidr in cluster.plan.pods]
    spec = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{"from": blocks}]}
    cluster.api.create(policies.network_policy(policy, "allow-addresses", spec))


FAULT = Fault(
    id="NP-05",
    title="a policy by addresses lets the whole pod network in",
    reds=frozenset({"POL-002", "REACH-002"}),
    inject=inject,
    source="Kubernetes network policies: ipBlock and the addresses of pods",
    cause="POL-002",
)
