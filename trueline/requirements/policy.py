"""What network policies must do: let in what is planned, refuse all else, and be enforced."""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

POL_001 = Requirement(
    id="POL-001",
    must="What may enter a namespace by the plan MUST be able to connect.",
    severity=Severity.CRITICAL,
    why="A policy that shuts out a planned caller is an outage that looks like security.",
    source="architecture review E-07",
    since="0.2",
)
POL_002 = Requirement(
    id="POL-002",
    must="What may not enter a namespace by the plan MUST be refused.",
    severity=Severity.CRITICAL,
    why="A rule that lets strangers in protects nothing, and nobody notices.",
    source="architecture review E-01, flow N3",
    since="0.2",
)
POL_003 = Requirement(
    id="POL-003",
    must="A cluster whose plan says that policies are enforced MUST enforce them.",
    severity=Severity.BLOCKER,
    why="NetworkPolicy objects without an engine change nothing: Flannel alone enforces none.",
    source="architecture review E-01; faults FL-10, SE-01; flannel issue 2183",
    since="0.2",
)
POL_004 = Requirement(
    id="POL-004",
    must="A namespace with a planned policy MUST hold a NetworkPolicy for ingress to all its pods.",
    severity=Severity.CRITICAL,
    why="Without one, everything that is not named elsewhere may enter.",
    source="Kubernetes network policies, default deny all ingress traffic",
    since="0.2",
)
