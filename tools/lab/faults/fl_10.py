"""FL-10: NetworkPolicy objects are there, and nothing enforces them."""

from __future__ import annotations

from tools.lab.faults import policies
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until

_CHAINS = ("KUBE-ROUTER-INPUT", "KUBE-ROUTER-FORWARD", "KUBE-ROUTER-OUTPUT")
_PODS = "/api/v1/namespaces/kube-system/pods"
_DAEMON_SET = "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-router"


def inject(lab: Lab) -> None:
    """Send the policy engine of one cluster away and take its rules with it."""
    cluster = policies.cluster_of(lab, policies.guarded(lab))
    nowhere = {"spec": {"template": {"spec": {"nodeSelector": {"trueline.lab/nowhere": "true"}}}}}
    cluster.api.merge(_DAEMON_SET, nowhere)

    def gone() -> bool:
        return not cluster.api.get(f"{_PODS}?labelSelector=k8s-app%3Dkube-router")["items"]

    until(f"{cluster.name}: the policy engine is gone", gone, within=60)
    for machine in cluster.machines:
        # The engine leaves its rules behind when it ends, so that a restart opens no door.
        for chain in _CHAINS:
            machine.run(["nft", "flush", "chain", "ip", "filter", chain])


FAULT = Fault(
    id="FL-10",
    title="network policies are stored and nothing enforces them",
    reds=frozenset({"POL-003", "REACH-002"}),
    unknowns=frozenset({"POL-002"}),
    inject=inject,
    source="flannel#2183; k3s#445; flannel netpol documentation",
    cause="POL-003",
)
