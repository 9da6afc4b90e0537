"""What must go on while one part of several goes down, proven by taking that part down.

Drills disturb the clusters, so they run only when the plan lists them and the run is started with
`--disruptive`.
"""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

DRILL_001 = Requirement(
    id="DRILL-001",
    must=(
        "When the speaker that announces a reserved address goes down, the address MUST be "
        "announced again within budgets.failover."
    ),
    severity=Severity.CRITICAL,
    why="An address that only one node can announce dies with that node.",
    source="MetalLB concepts/layer2, issues 524 and 767; fault ML-08",
    since="0.2",
)
DRILL_002 = Requirement(
    id="DRILL-002",
    must=(
        "When the speaker that announces a reserved address goes down, its clients on the segment "
        "and in other clusters MUST be served again within budgets.failover."
    ),
    severity=Severity.CRITICAL,
    why="A client that never hears of the new owner keeps sending to the old one.",
    source="MetalLB issues 1147 and 2009; faults ML-22 and ML-24",
    since="0.2",
)
DRILL_003 = Requirement(
    id="DRILL-003",
    must="Reserved addresses MUST stay with their Services while the controller restarts.",
    severity=Severity.CRITICAL,
    why="A controller that assigns anew gives the address to whoever asks first.",
    source="MetalLB issues 435 and 1984",
    since="0.2",
)
DRILL_004 = Requirement(
    id="DRILL-004",
    must=(
        "A Service that is deleted and made again MUST get its reserved address back and serve on "
        "it within budgets.convergence."
    ),
    severity=Severity.CRITICAL,
    why="Whatever is redeployed comes back on another address, and every name leads astray.",
    source="MetalLB issues 1774 and 2723; architecture review A-06",
    since="0.2",
)
DRILL_005 = Requirement(
    id="DRILL-005",
    must="Names MUST resolve again within budgets.failover when the DNS of a cluster loses a pod.",
    severity=Severity.CRITICAL,
    why="Without DNS nothing else in the cluster finds anything.",
    source="fault DN-10; kubernetes.io, Autoscale the DNS Service in a Cluster",
    since="0.2",
)
DRILL_006 = Requirement(
    id="DRILL-006",
    must=(
        "A cluster with several API servers MUST answer at its planned address again within "
        "budgets.failover, whichever of them goes down."
    ),
    severity=Severity.CRITICAL,
    why="A front that knows one server alone makes three of them no safer than one.",
    source="architecture review A-09",
    since="0.2",
)
DRILL_007 = Requirement(
    id="DRILL-007",
    must="What a drill disturbed MUST be as before within budgets.convergence.",
    severity=Severity.NORMAL,
    why="What does not come back by itself is lost at the first disturbance.",
    source="Kubernetes documentation, controllers",
    since="0.2",
)
