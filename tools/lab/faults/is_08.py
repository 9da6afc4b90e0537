"""IS-08: the Service of the east-west gateway waits for an address, and no call gets in."""

from __future__ import annotations

from tools.lab.faults import announcers, meshes, products
from tools.lab.faults.fault import Fault, unpooled
from tools.lab.lab import Lab
from tools.lab.waiting import until
from tools.lab.workloads import PINNED


def inject(lab: Lab) -> None:
    """Let the gateway ask for an address that no pool holds, and wait until it has none."""
    item = meshes.workload(lab)
    cluster = meshes.cluster_of(lab, item)
    gate = meshes.east_west(lab, cluster)
    path = products.path(gate.owner)
    cluster.api.merge(path, {"metadata": {"annotations": {PINNED: unpooled(lab)}}})
    until(
        f"{gate.owner} waits for an address",
        lambda: not cluster.api.get(path)["status"].get("loadBalancer", {}).get("ingress"),
        within=30,
    )
    announcers.unreached(lab, gate)
    meshes.cut_off(lab, item)


FAULT = Fault(
    id="IS-08",
    title="the east-west gateway waits for an address that nobody can give it",
    reds=frozenset(
        {"DNS-010", "L2-004", "LB-011", "MTLS-001", "MTLS-008", "REACH-001", "REACH-003"}
    ),
    cause="LB-011",
    unknowns=frozenset({"MTLS-002", "MTLS-004", "MTLS-007"}),
    inject=inject,
    source="Istio multicluster troubleshooting; MetalLB usage, requesting specific IPs",
)
