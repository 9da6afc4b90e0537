"""ML-01: no L2Advertisement selects the pool: addresses are assigned and never announced."""

from __future__ import annotations

from tools.lab.faults import announcers, vaults
from tools.lab.faults.fault import Fault, addresses, first, silent
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Delete the advertisements of the first cluster."""
    cluster = first(lab)
    cluster.kubectl("delete", "l2advertisements", "--all", "-n", "metallb-system")
    silent(lab, *addresses(cluster))
    vaults.unsynced(lab, vaults.struck(lab)[1])


FAULT = Fault(
    id="ML-01",
    title="no L2Advertisement selects the pool",
    reds=announcers.BEHIND | {"LB-007"},
    unknowns=announcers.UNTOLD,
    cause="LB-007",
    inject=inject,
    source="MetalLB troubleshooting; metallb#1561, #1154, #1358",
)
