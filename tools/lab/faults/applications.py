"""Where faults on the way to a reserved address strike: an application that nothing else needs."""

from __future__ import annotations

from tools.lab import netns, whohas
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.lab import Lab
from tools.lab.machine import Machine
from tools.lab.spec import mac
from tools.lab.waiting import until
from trueline.model.topology import Reservation


def plain(lab: Lab) -> tuple[LabCluster, Reservation]:
    """The first reservation with one plain port that is no product and outside the mesh.

    Raises LabError.
    """
    # A sidecar takes connections on every port.
    mesh = {item.name for item in lab.topology.mesh.workloads} if lab.topology.mesh else set()
    taken = {product.target for product in lab.topology.products}
    for item in lab.topology.reservations:
        http = [port for port in item.ports if port.application == "http"]
        free = f"reservation:{item}" not in taken and item.owner.partition("/")[2] not in mesh
        if http and len(item.ports) == 1 and free:
            return lab.cluster(item.cluster), item
    raise LabError("this fault needs a reservation with one plain port outside the mesh")


def announcer(lab: Lab, cluster: LabCluster, item: Reservation) -> Machine:
    """The node that alone answers for a reserved address. Raises LabError."""
    macs = whohas.macs(lab.runner, str(item.address))
    for machine in cluster.machines:
        own = {mac(machine.name, number) for number in range(len(machine.spec.nics))}
        if macs and macs <= own:
            return machine
    raise LabError(f"{item.address} is answered by {macs or 'nobody'}, and by no node alone")


def reached(lab: Lab, item: Reservation) -> bool:
    """Whether the runner connects to the first port of a reserved address now."""
    try:
        netns.connect(lab.runner, str(item.address), item.ports[0].number, 1).close()
    except OSError:
        return False
    return True


def lost(lab: Lab, item: Reservation, *, within: float = 30.0) -> None:
    """Wait until the runner does not connect to a reserved address. Raises TimedOut."""
    until(
        f"{item.address} takes no connection of the runner",
        lambda: not reached(lab, item),
        within=within,
    )
