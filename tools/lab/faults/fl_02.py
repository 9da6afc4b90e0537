"""FL-02: a firewall on a node drops the datagrams of Flannel's tunnel to another node."""

from __future__ import annotations

from tools.lab.faults import firewall, overlay
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Drop UDP port 8472 on its way out of a worker, as far as the worker's own host sends it."""
    cluster, worker, control = overlay.parted(lab)
    firewall.drop(worker, "output", overlay.sent(cluster, worker, control))
    overlay.dead(cluster, worker, control)


FAULT = Fault(
    id="FL-02",
    title="a firewall on a node drops the tunnel to another node",
    reds=frozenset({"CLU-061"}),
    inject=inject,
    source="flannel#871; flannel documentation; k3s#2768",
)
