"""IS-03: no AUTO_PASSTHROUGH server answers on the east-west gateway."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.faults import meshes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Delete the Gateway object and restart its pod: open connections would outlive the port."""
    item = meshes.workload(lab)
    cluster = meshes.cluster_of(lab, item)
    members = lab.topology.mesh.members if lab.topology.mesh else ()
    planned = next(one.east_west for one in members if one.cluster == cluster.name)
    gate = next(one for one in cluster.plan.reservations if one.name == planned)
    name = gate.owner.partition("/")[2]
    cluster.api.delete(f"{meshes.NETWORKING}/gateways/{name}")
    cluster.api.delete(
        f"/api/v1/namespaces/{meshes.SYSTEM}/pods?labelSelector=app%3D{name}", grace=0
    )
    address, port = str(gate.address), gate.ports[0].number

    def closed() -> bool:
        try:
            netns.connect(lab.runner, address, port, 1).close()
        except OSError:
            return True
        return False

    until(f"{address} port {port} is closed", closed, within=60)


FAULT = Fault(
    id="IS-03",
    title="the east-west gateway has no AUTO_PASSTHROUGH server",
    reds=frozenset({"MTLS-001", "MTLS-008", "REACH-001", "REACH-003"}),
    cause="REACH-001",
    unknowns=frozenset({"MTLS-002", "MTLS-004", "MTLS-007"}),
    inject=inject,
    source="istio#30103; Istio multi-primary on different networks",
)
