"""IS-02: the remote Secret by which a member finds the other is missing."""

from __future__ import annotations

from tools.lab.faults import meshes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import istio_access
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Delete the remote Secret in the caller's cluster, and wait until istiod has let go."""
    item = meshes.workload(lab)
    caller = meshes.caller(lab, item)
    secrets = f"/api/v1/namespaces/{meshes.SYSTEM}/secrets"
    caller.api.delete(f"{secrets}?labelSelector=istio%2FmultiCluster%3Dtrue")

    def let_go() -> bool:
        watched = istio_access.watched(caller)
        return watched is not None and item.cluster not in watched

    until(f"{caller.name}: istiod watches {item.cluster} no more", let_go, within=60)


FAULT = Fault(
    id="IS-02",
    title="the remote Secret of the other cluster is missing",
    reds=frozenset({"MTLS-008", "MTLS-010"}),
    cause="MTLS-010",
    inject=inject,
    source="Istio multicluster troubleshooting; istio#39930",
)
