"""Where faults of one announced address strike: which, who announces it, who knows its MAC."""

from __future__ import annotations

from tools.lab import netns, whohas
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.faults.fault import second, silent
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.machine import Machine
from tools.lab.spec import mac
from tools.lab.waiting import until
from trueline.model.topology import Reservation

PODS = "/api/v1/namespaces/metallb-system/pods"
# What fails with an address that a browser is planned to open, when the wire does not carry it.
UNREACHED = frozenset({"REACH-001", "REACH-003"})
# What fails with all addresses of a cluster, and what cannot be told then.
BEHIND = UNREACHED.union(
    ("ING-001", "ING-002", "ING-003", "L2-004", "MTLS-001", "MTLS-008", "REACH-010", "REACH-011"),
    ("REACH-012", "REACH-013", "REACH-015", "REACH-020", "REACH-022", "REACH-040"),
)
UNTOLD = frozenset(
    {"ING-004", "ISO-004", "MTLS-002", "MTLS-004", "MTLS-007"}
    | {"REACH-014", "REACH-021", "TIME-004"}
)


def plain(lab: Lab) -> tuple[LabCluster, Reservation]:
    """A reservation of the second cluster that nothing but plain HTTP hangs on. Raises LabError.

    It is no gateway and belongs to no product, so that nothing else is lost with it.
    """
    cluster = second(lab)
    products = {item.target for item in lab.topology.products}
    opened = {flow.target for flow in lab.topology.flows if flow.source.startswith("vantage:")}
    for item in reversed(cluster.plan.reservations):
        end = f"reservation:{item}"
        http = [port.application for port in item.ports] == ["http"]
        if http and end in opened and end not in products:
            return cluster, item
    raise LabError("this fault needs a reservation of plain HTTP that a host is planned to open")


def announcer(lab: Lab, cluster: LabCluster, address: str) -> Machine:
    """The node that answers for an address. Raises LabError."""
    heard = whohas.macs(lab.runner, address)
    for machine in cluster.machines:
        if heard == {mac(machine.name, 0)}:
            return machine
    raise LabError(f"{address} is not answered by one node of {cluster.name}")


def speakers(cluster: LabCluster, node: str | None = None) -> list[Object]:
    """The pods of MetalLB's speaker, or those on a node: two while one is replaced."""
    found = cluster.api.get(f"{PODS}?labelSelector=component%3Dspeaker")["items"]
    return [pod for pod in found if node in (None, pod["spec"].get("nodeName"))]


def endpoints(cluster: LabCluster, item: Reservation) -> list[Object]:
    """The endpoints of the Service that a reservation belongs to, as its EndpointSlices say."""
    namespace, _, name = item.owner.partition("/")
    slices = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
    found = cluster.api.get(f"{slices}?labelSelector=kubernetes.io%2Fservice-name%3D{name}")
    return [end for part in found["items"] for end in part.get("endpoints") or ()]


def unreached(lab: Lab, item: Reservation) -> None:
    """Wait until an address is silent and the runner connects to it no more. Raises TimedOut."""
    address = str(item.address)
    silent(lab, address)
    until(f"{address} is not reached", lambda: not connects(lab, item), within=15)


def connects(lab: Lab, item: Reservation) -> bool:
    """Whether the runner gets a connection to the first port of a reserved address."""
    try:
        netns.connect(lab.runner, str(item.address), item.ports[0].number, 1).close()
    except OSError:
        return False
    return True
