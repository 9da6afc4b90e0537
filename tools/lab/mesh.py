"""The service mesh as the plan asks for it: who is in it where, worked out from values alone."""

from __future__ import annotations

from trueline.model.mesh import MeshMember, Workload
from trueline.model.topology import Reservation, Topology

DOMAIN = "cluster.local"
"""The trust domain where the plan names none; it is Istio's own default."""


def member(topology: Topology, cluster: str) -> MeshMember | None:
    """The cluster's part in the mesh, or None when it has none."""
    members = topology.mesh.members if topology.mesh else ()
    return next((item for item in members if item.cluster == cluster), None)


def members(topology: Topology) -> tuple[MeshMember, ...]:
    """The clusters of the mesh, in the order of the file."""
    return topology.mesh.members if topology.mesh else ()


def network(item: MeshMember) -> str:
    """The name of a member's network: as planned, or the cluster's own."""
    return item.network or item.cluster


def trust_domain(topology: Topology) -> str:
    """The trust domain that all members share."""
    return (topology.mesh and topology.mesh.trust_domain) or DOMAIN


def gateway(topology: Topology, item: MeshMember, *, east_west: bool) -> Reservation | None:
    """The reservation of a member's ingress or east-west gateway, where the plan names one."""
    wanted = item.east_west if east_west else item.ingress
    found = topology.cluster(item.cluster).reservations
    return next((held for held in found if held.name == wanted), None)


def workloads(topology: Topology, cluster: str) -> tuple[Workload, ...]:
    """The workloads that run in a cluster."""
    return tuple(item for item in _workloads(topology) if item.cluster == cluster)


def known(topology: Topology, cluster: str) -> tuple[Workload, ...]:
    """The workloads whose name must resolve in a cluster: those there, and those called there."""
    return tuple(
        item for item in _workloads(topology) if cluster in {item.cluster, *callers(topology, item)}
    )


def callers(topology: Topology, item: Workload) -> tuple[str, ...]:
    """The clusters that a workload is called from."""
    found = (topology.vantage(name).cluster for name in item.callers)
    return tuple(dict.fromkeys(cluster for cluster in found if cluster is not None))


def injected(topology: Topology, cluster: str) -> tuple[str, ...]:
    """The namespaces of a cluster whose pods get a sidecar, each once."""
    if member(topology, cluster) is None:
        return ()
    spaces = [item.namespace for item in known(topology, cluster)]
    spaces += [
        vantage.pod.partition("/")[0]
        for vantage in topology.vantages
        if vantage.in_mesh and vantage.cluster == cluster and vantage.pod is not None
    ]
    return tuple(dict.fromkeys(spaces))


def labels(topology: Topology, cluster: str, namespace: str) -> dict[str, str]:
    """What a namespace is labelled with for the mesh."""
    return {"istio-injection": "enabled"} if namespace in injected(topology, cluster) else {}


def _workloads(topology: Topology) -> tuple[Workload, ...]:
    return topology.mesh.workloads if topology.mesh else ()
