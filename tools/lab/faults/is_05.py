"""IS-05: PERMISSIVE where STRICT is planned."""

from __future__ import annotations

from tools.lab.faults import meshes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Make every PeerAuthentication of the workload's cluster permissive."""
    item = meshes.workload(lab)
    api = meshes.cluster_of(lab, item).api
    version = "/apis/security.istio.io/v1"
    for one in api.get(f"{version}/peerauthentications")["items"]:
        meta = one["metadata"]
        path = f"{version}/namespaces/{meta['namespace']}/peerauthentications/{meta['name']}"
        api.merge(path, {"spec": {"mtls": {"mode": "PERMISSIVE"}}})


FAULT = Fault(
    id="IS-05",
    title="workloads accept plaintext where the plan is strict",
    reds=frozenset({"MTLS-005", "REACH-002"}),
    inject=inject,
    source="istio#27770, #42696; Istio mTLS migration",
    cause="MTLS-005",
)
