"""IS-06: a member of the mesh gives its workloads identities of another trust domain."""

from __future__ import annotations

import json

from tools.lab.faults import meshes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until

_OTHER = "other.test"
_CONFIG = f"/api/v1/namespaces/{meshes.SYSTEM}/configmaps/istio"


def inject(lab: Lab) -> None:
    """Change the trust domain in the workload's cluster, and start the workload anew."""
    item = meshes.workload(lab)
    cluster = meshes.cluster_of(lab, item)
    config = json.loads(cluster.api.get(_CONFIG)["data"]["mesh"])
    told = json.dumps(config | {"trustDomain": _OTHER})
    cluster.api.merge(_CONFIG, {"data": {"mesh": told}})
    meshes.start_anew(cluster, meshes.deployment(item), {"trueline.lab/fault": "trust-domain"})
    until(
        f"{item.service} is of {_OTHER}",
        lambda: f"spiffe://{_OTHER}/".encode() in (meshes.shown(lab, item) or b""),
        within=60,
    )
    meshes.cut_off(lab, item)


FAULT = Fault(
    id="IS-06",
    title="a member of the mesh has another trust domain",
    reds=frozenset({"MTLS-001", "MTLS-008"}),
    cause="MTLS-001",
    inject=inject,
    source="istio#37096",
)
