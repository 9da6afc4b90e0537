"""ML-01: no L2Advertisement selects the pool: addresses are assigned and never announced."""

from __future__ import annotations

from tools.lab.faults import vaults
from tools.lab.faults.fault import Fault, addresses, first, silent
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Delete the advertisements of the first cluster."""
    cluster = first(lab)
    cluster.kubectl("delete", "l2advertisements", "--all", "-n", "metallb-system")
    silent(lab, *addresses(cluster))
    vaults.unsynced(lab, vaults.struck(lab)[1])


# Everything that is called by an address of the cluster, once nobody remembers who announced it.
_REDS = (
    "ING-001 ING-002 ING-003 L2-004 LB-007 MTLS-001 MTLS-008 REACH-001 REACH-003 REACH-010 "
    "REACH-011 REACH-012 REACH-013 REACH-015 REACH-020 REACH-022 REACH-040"
)
_UNKNOWNS = "ING-004 ISO-004 MTLS-002 MTLS-004 MTLS-007 REACH-014 REACH-021 TIME-004"

FAULT = Fault(
    id="ML-01",
    title="no L2Advertisement selects the pool",
    reds=frozenset(_REDS.split()),
    unknowns=frozenset(_UNKNOWNS.split()),
    cause="LB-007",
    inject=inject,
    source="MetalLB troubleshooting; metallb#1561, #1154, #1358",
)
