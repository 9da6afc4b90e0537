"""IS-12: the east-west gateway does not know the Service of a workload, and hangs up on it."""

from __future__ import annotations

from tools.lab.faults import meshes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Show the workload's Service to its own namespace alone, where no gateway is."""
    item = meshes.workload(lab)
    alone = {"networking.istio.io/exportTo": "."}
    api = meshes.cluster_of(lab, item).api
    api.merge(meshes.service(item), {"metadata": {"annotations": alone}})
    until(
        f"the gateway of {item.cluster} hangs up on {item.service}",
        lambda: meshes.shown(lab, item) is None,
        within=60,
    )
    meshes.cut_off(lab, item)


FAULT = Fault(
    id="IS-12",
    title="the east-west gateway does not know the Service of a workload",
    reds=frozenset({"MTLS-001", "MTLS-008", "REACH-001"}),
    cause="REACH-001",
    unknowns=frozenset({"MTLS-002", "MTLS-004"}),
    inject=inject,
    source="istio#45010",
)
