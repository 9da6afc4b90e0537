"""ML-29: no speaker runs on any node."""

from __future__ import annotations

from tools.lab.faults import vaults
from tools.lab.faults.fault import Fault, addresses, first, silent
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Give the speakers of the first cluster a node selector that selects nothing."""
    cluster = first(lab)
    path = "/apis/apps/v1/namespaces/metallb-system/daemonsets/speaker"
    selector = {"trueline.lab/nowhere": "true"}
    cluster.api.merge(path, {"spec": {"template": {"spec": {"nodeSelector": selector}}}})
    silent(lab, *addresses(cluster))
    vaults.unsynced(lab, vaults.struck(lab)[1])


FAULT = Fault(
    id="ML-29",
    title="no speaker runs on any eligible node",
    # Everything that stands behind the addresses of a cluster.
    reds=frozenset(
        {
            *("ING-001", "ING-002", "ING-003", "L2-004", "LB-002", "MTLS-001", "MTLS-008"),
            *("REACH-001", "REACH-003", "REACH-010", "REACH-011", "REACH-012", "REACH-013"),
            *("REACH-015", "REACH-020", "REACH-022", "REACH-040"),
        }
    ),
    unknowns=frozenset(
        {
            *("ING-004", "ISO-004", "MTLS-002", "MTLS-004", "MTLS-007", "REACH-014"),
            *("REACH-021", "TIME-004"),
        }
    ),
    cause="LB-002",
    inject=inject,
    source="metallb#322",
)
