"""Where faults of network policies strike."""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from trueline.model.topology import Policy

KIND = "networking.k8s.io/v1"


def guarded(lab: Lab) -> Policy:
    """The first policy of the plan that lets some pods in and others not. Raises LabError."""
    for policy in lab.topology.policies:
        if any(end.startswith("pods:") and "/" in end for end in policy.allow_from):
            return policy
    raise LabError("this fault needs a policy that lets the pods of one namespace in")


def cluster_of(lab: Lab, policy: Policy) -> LabCluster:
    """The cluster of a policy."""
    return lab.cluster(policy.cluster)


def collection(policy: Policy) -> str:
    """The path of the NetworkPolicies of its namespace."""
    return f"/apis/{KIND}/namespaces/{policy.namespace}/networkpolicies"


def network_policy(policy: Policy, name: str, spec: Object) -> Object:
    """A NetworkPolicy in the namespace of a planned policy."""
    metadata = {"name": name, "namespace": policy.namespace}
    return {"apiVersion": KIND, "kind": "NetworkPolicy", "metadata": metadata, "spec": spec}
