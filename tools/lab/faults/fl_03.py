"""FL-03: Flannel took the wrong interface, whose address is the same on every node."""

from __future__ import annotations

from tools.lab.faults import overlay
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab

_NAT = "10.0.2.15"  # what VirtualBox gives to the first interface of every machine


def inject(lab: Lab) -> None:
    """Let all nodes of the second cluster tell one tunnel address, which is none of them."""
    cluster = second(lab)
    overlay.announce(cluster, {machine.name: _NAT for machine in cluster.machines})


def undo(lab: Lab) -> None:
    """Let each tell its own."""
    overlay.retract(second(lab))


FAULT = Fault(
    id="FL-03",
    title="Flannel tells one tunnel address of all nodes",
    reds=frozenset({"CLU-040"}),
    inject=inject,
    undo=undo,
    source="flannel documentation (Vagrant); flannel#712, #1978",
)
