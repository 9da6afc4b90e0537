"""KP-05: the node that announces an address forwards nothing from the wire to it."""

from __future__ import annotations

from tools.lab.faults import applications, firewall
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Drop on the announcing node what came to the address over the wire and is forwarded."""
    cluster, item = applications.plain(lab)
    # All that a node forwards would be everything its pods do, wherever they happen to run.
    family = firewall.family(item.address)
    firewall.drop(
        applications.announcer(lab, cluster, item),
        "forward",
        f'iifname "eth0" ct direction original ct original {family} daddr {item.address}',
    )
    applications.lost(lab, item)


FAULT = Fault(
    id="KP-05",
    title="the node that announces a reserved address does not forward to it",
    reds=frozenset({"REACH-001", "REACH-003"}),
    unknowns=frozenset({"TIME-004"}),
    cause="REACH-001",
    inject=inject,
    source="flannel troubleshooting; kubeadm preflight",
)
