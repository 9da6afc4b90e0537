"""FL-08: another bridge of a node covers a part of the pod range of another node."""

from __future__ import annotations

from tools.lab.faults import overlay
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_BRIDGE = "docker0"


def inject(lab: Lab) -> None:
    """Give the first control plane a bridge with the first two addresses of a worker's pod range.

    They are the end of the worker's tunnel and its own bridge; the addresses of pods come after.
    """
    cluster, worker, control = overlay.parted(lab)
    foreign = overlay.pod_range(cluster, worker)
    make = (
        f"ip link add {_BRIDGE} type bridge && ip addr add {foreign[1]}/31 dev {_BRIDGE} && "
        f"ip link set {_BRIDGE} up"
    )
    control.change(["sh", "-c", make], ["ip", "link", "del", _BRIDGE])
    overlay.dead(cluster, control, worker)


FAULT = Fault(
    id="FL-08",
    title="a bridge of a node covers a part of the pod range of another node",
    reds=frozenset({"CLU-061"}),
    inject=inject,
    source="flannel#844",
)
