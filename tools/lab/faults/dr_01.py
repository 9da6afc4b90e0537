"""DR-01: only one node may announce a pool: nobody takes over when its speaker goes down.

Clients that know the MAC of that node are still served, because the node itself is up.
"""

from __future__ import annotations

from tools.lab import whohas
from tools.lab.faults.fault import Fault, addresses, first
from tools.lab.lab import Lab
from tools.lab.waiting import until

_PATH = "/apis/metallb.io/v1beta1/namespaces/metallb-system/l2advertisements"


def inject(lab: Lab) -> None:
    """Let the advertisements of the first cluster choose its last node alone."""
    cluster = first(lab)
    node = cluster.machines[-1].name
    chosen = {"nodeSelectors": [{"matchLabels": {"kubernetes.io/hostname": node}}]}
    for item in cluster.api.get(_PATH)["items"]:
        cluster.api.merge(f"{_PATH}/{item['metadata']['name']}", {"spec": chosen})
    own = whohas.macs(lab.runner, str(cluster.machines[-1].spec.address))
    until(
        f"{node} alone announces {cluster.name}'s addresses",
        lambda: all(whohas.macs(lab.runner, item) == own for item in addresses(cluster)),
        within=30,
    )


FAULT = Fault(
    id="DR-01",
    title="only one node may announce the reserved addresses",
    reds=frozenset({"DRILL-001"}),
    drills="failover",
    inject=inject,
    source="MetalLB usage, limiting the set of nodes; metallb#524",
)
