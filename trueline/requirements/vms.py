"""What machines outside the clusters must do: speak as planned, and to whom it is planned."""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

VM_001 = Requirement(
    id="VM-001",
    must="A port of a VM MUST speak its protocol to everybody who is planned to come there.",
    severity=Severity.CRITICAL,
    why="A server that is well on its own host, and bound to it, is dead to its users.",
    source="architecture review B-10, row 10; fault DB-01",
    since="0.2",
)
VM_002 = Requirement(
    id="VM-002",
    must="A database on a VM MUST let strangers in exactly if the plan says so.",
    severity=Severity.BLOCKER,
    why="On a segment everybody reaches it: without a login, everybody reads and writes.",
    source="architecture review E-04; faults SE-01, DB-01",
    since="0.2",
)
VM_003 = Requirement(
    id="VM-003",
    must="A VM in front of a cluster's API MUST answer as that cluster, from everywhere.",
    severity=Severity.CRITICAL,
    why="Behind the wrong front one cluster is administered in place of another.",
    source="architecture review A-09; fault HO-09",
    since="0.2",
)
