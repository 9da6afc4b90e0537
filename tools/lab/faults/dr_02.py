"""DR-02: a cluster's DNS is one pod: whoever loses it has no names."""

from __future__ import annotations

from tools.lab import baseline
from tools.lab.faults import names
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Scale the DNS of the second cluster down to one."""
    cluster = second(lab)
    cluster.api.merge(names.DEPLOYMENT, {"spec": {"replicas": 1}})
    until(
        f"{cluster.name} has one DNS pod",
        lambda: (
            len(names.pods(cluster)) == 1
            and "Deployment coredns" not in baseline.unsettled(cluster.api)
        ),
        within=30,
    )


FAULT = Fault(
    id="DR-02",
    title="a cluster's DNS is one pod",
    reds=frozenset({"DRILL-005"}),
    drills="dns",
    inject=inject,
    source="kubernetes.io, Autoscale the DNS Service in a Cluster",
)
