"""FL-10: NetworkPolicy objects are there, and nothing enforces them."""

from __future__ import annotations

from tools.lab.errors import LabError
from tools.lab.faults import policies
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until

_CLEANED = "Successfully cleaned the NetworkPolicyController configurations"
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
        # It also cleans up what it never did here, and fails at that without IPVS.
        done = machine.run(["/lab/bin/kube-router", "--cleanup-config"], check=False, timeout=60)
        if _CLEANED not in done.stderr:
            raise LabError(f"{machine.name}: the rules of kube-router stay: {done.stderr[-200:]}")


FAULT = Fault(
    id="FL-10",
    title="network policies are stored and nothing enforces them",
    reds=frozenset({"POL-003"}),
    areas=("policy",),
    inject=inject,
    source="flannel#2183; k3s#445; flannel netpol documentation",
)
