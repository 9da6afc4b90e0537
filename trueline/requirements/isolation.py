"""What must stay apart: pod networks, Service networks, unplanned ports, strangers."""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

ISO_001 = Requirement(
    id="ISO-001",
    must="Pods of one cluster MUST NOT reach the pods of another, unless a flow plans it.",
    severity=Severity.CRITICAL,
    why="The plan separates the pod networks; a route between them goes around every gateway.",
    source="architecture review B-04, flow N1",
    since="0.2",
)
ISO_002 = Requirement(
    id="ISO-002",
    must="ClusterIPs MUST NOT be reachable from outside their cluster.",
    severity=Severity.CRITICAL,
    why="What has only a ClusterIP is meant for its own cluster and protects itself accordingly.",
    source="architecture review, section 2; Kubernetes Service documentation",
    since="0.2",
)
ISO_003 = Requirement(
    id="ISO-003",
    must="A reserved address MUST take connections on planned ports only.",
    severity=Severity.NORMAL,
    why="An unplanned port is a way in that nobody watches.",
    source="architecture review V-08, D-09; fault SE-02",
    since="0.2",
)
ISO_004 = Requirement(
    id="ISO-004",
    must="A product MUST be open to strangers exactly if the plan says so.",
    severity=Severity.CRITICAL,
    why="Whoever reaches an open write endpoint can forge metrics and logs; secrets are worse.",
    source="architecture review E-04; fault SE-01",
    since="0.2",
)
