"""Where faults of the mesh strike."""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.lab import Lab
from trueline.model.mesh import Workload

SYSTEM = "istio-system"
NETWORKING = f"/apis/networking.istio.io/v1/namespaces/{SYSTEM}"


def workload(lab: Lab) -> Workload:
    """The first strict workload of the plan that another cluster calls. Raises LabError."""
    for item in lab.topology.mesh.workloads if lab.topology.mesh else ():
        places = {lab.topology.vantage(name).cluster for name in item.callers}
        if item.strict and places - {item.cluster}:
            return item
    raise LabError("this fault needs a strict workload that another cluster calls")


def cluster_of(lab: Lab, item: Workload) -> LabCluster:
    """The cluster that a workload runs in."""
    return lab.cluster(item.cluster)


def caller(lab: Lab, item: Workload) -> LabCluster:
    """The first other cluster that calls a workload."""
    places = [lab.topology.vantage(name).cluster for name in item.callers]
    return lab.cluster(next(str(name) for name in places if name != item.cluster))
