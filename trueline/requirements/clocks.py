"""What time it must be: the same everywhere, or certificates, tokens and samples are refused.

Dates of HTTP have whole seconds, so an offset is known to about half a second. A claim fails when
the clocks are further apart than the budget whatever the true time was within that.
"""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

TIME_001 = Requirement(
    id="TIME-001",
    must="The clock of an API server MUST agree with the clocks of those who call it.",
    severity=Severity.CRITICAL,
    why="Tokens and certificates that it issues are not valid yet, or no longer, for its clients.",
    source="architecture review F-01; fault HO-03; canonical/multipass#982, #2430",
    since="0.2",
)
TIME_002 = Requirement(
    id="TIME-002",
    must="The clocks of two clusters MUST agree.",
    severity=Severity.CRITICAL,
    why="Samples, logs and tokens of one are out of bounds in the other.",
    source="architecture review F-01; faults HO-03, PR-03, LO-03",
    since="0.2",
)
TIME_003 = Requirement(
    id="TIME-003",
    must="The clock of a node MUST agree with those of its cluster's API and of the run.",
    severity=Severity.CRITICAL,
    why="One node that has slept fails some pods: those that happen to run on it.",
    source="architecture review F-01; fault HO-03; Kubernetes, Leases",
    since="0.2",
)
TIME_004 = Requirement(
    id="TIME-004",
    must="The clock of what answers at a reserved address MUST agree with that of the run.",
    severity=Severity.NORMAL,
    why="A receiver refuses what seems too old to it, or to lie in the future.",
    source="architecture review F-01; faults HO-03, PR-03, LO-03",
    since="0.2",
)
TIME_010 = Requirement(
    id="TIME-010",
    must="A certificate that an API shows MUST be valid already, by the clock of who asks.",
    severity=Severity.CRITICAL,
    why="Issued by a clock that is ahead, it is refused until the others have caught up.",
    source="architecture review F-01; fault HO-03; RFC 5280, section 4.1.2.5",
    since="0.2",
)
TIME_011 = Requirement(
    id="TIME-011",
    must="A certificate that an API shows MUST be valid for as long as the plan wants.",
    severity=Severity.CRITICAL,
    why="When it expires, everything that talks to the cluster fails at once.",
    source="fault HO-11; Kubernetes, certificate management with kubeadm",
    since="0.2",
)
