"""DR-03: a Service holds its reserved address by luck: it never asks for it."""

from __future__ import annotations

from tools.lab.errors import LabError
from tools.lab.faults import planned
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.workloads import PINNED
from trueline.model.drill import RECREATE


def inject(lab: Lab) -> None:
    """Take the wish for its address from the Service that a planned drill makes again."""
    drill = next((item for item in lab.topology.drills if item.kind == RECREATE), None)
    if drill is None:
        raise LabError("this fault needs a planned drill that makes a Service again")
    cluster = lab.cluster(drill.cluster)
    one = next(item for item in cluster.plan.reservations if item.name == drill.name)
    planned.asks(cluster, one, {PINNED: None})


FAULT = Fault(
    id="DR-03",
    title="a Service holds its reserved address without asking for it",
    reds=frozenset({"DRILL-004", "DRILL-007"}),
    cause="DRILL-004",
    drills="recreate",
    inject=inject,
    source="metallb#1774, #2723; architecture review A-06",
)
