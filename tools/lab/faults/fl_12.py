"""FL-12: the switch drops valid VXLAN between two nodes, on which every firewall is clean."""

from __future__ import annotations

from tools.lab.faults import firewall, overlay
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Drop on the switch what the host of a worker sends through its tunnel."""
    cluster, worker, control = overlay.parted(lab)
    firewall.drop_between(lab, overlay.sent(cluster, worker, control))
    overlay.dead(cluster, worker, control)


FAULT = Fault(
    id="FL-12",
    title="the switch drops the tunnel between two nodes",
    reds=frozenset({"CLU-061"}),
    inject=inject,
    undo=firewall.pass_between,
    source="flannel#2388",
)
