"""ML-29: no speaker runs on any node."""

from __future__ import annotations

from tools.lab.faults import announcers, vaults
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
    reds=announcers.BEHIND | {"LB-002"},
    unknowns=announcers.UNTOLD,
    cause="LB-002",
    inject=inject,
    source="metallb#322",
)
