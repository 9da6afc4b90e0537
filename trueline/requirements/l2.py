"""What the wire must say: who answers for which address, and where nobody may.

"No foreign machine answers in a pool" is not a requirement of its own: for a reserved address it is
part of L2-004, for any other pool address of L2-006, so that one intruder turns one of them red.
"""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

L2_001 = Requirement(
    id="L2-001",
    must="The address of a node MUST be answered by exactly one machine.",
    severity=Severity.CRITICAL,
    why="Two machines on one address take turns in receiving its traffic; none receives nothing.",
    source="RFC 5227; architecture review A-08",
    since="0.1",
)
L2_002 = Requirement(
    id="L2-002",
    must="The gateway of a segment MUST be answered by exactly one machine that is not a node.",
    severity=Severity.CRITICAL,
    why="Whoever answers for the gateway receives everything that leaves the segment.",
    source="RFC 5227; architecture review A-20",
    since="0.1",
)
L2_003 = Requirement(
    id="L2-003",
    must="The address of a VM MUST be answered by exactly one machine that is not a node.",
    severity=Severity.CRITICAL,
    why="Clients of the VM would reach another machine, now and then or always.",
    source="RFC 5227; architecture review A-20",
    since="0.1",
)
L2_004 = Requirement(
    id="L2-004",
    must=(
        "A reserved address MUST be answered by exactly one node and by no other machine; one in "
        "a pool that the plan keeps silent by nobody."
    ),
    severity=Severity.CRITICAL,
    why="Nobody means unreachable; two mean that connections break or reach the wrong application.",
    source="faults ML-01, ML-04, ML-05, ML-06, ML-07, ML-09, ML-26, ML-29",
    since="0.1",
)
L2_005 = Requirement(
    id="L2-005",
    must=(
        "A node that alone answers for a reserved address MUST be one that may announce it: of "
        "the right cluster, with a ready speaker, chosen by the L2Advertisement and the policy."
    ),
    severity=Severity.CRITICAL,
    why="Traffic that arrives at a node without the Service or its endpoint is dropped.",
    source="faults ML-10, ML-11; MetalLB v0.13.12 speaker/layer2_controller.go",
    since="0.1",
)
L2_006 = Requirement(
    id="L2-006",
    must="A pool address that nobody reserved MUST be answered by nobody.",
    severity=Severity.NORMAL,
    why="A squatter is a conflict that waits for the day MetalLB gives the address away.",
    source="faults ML-05, ML-26, ML-31; architecture review flow N4",
    since="0.1",
)
L2_007 = Requirement(
    id="L2-007",
    must=(
        "What a host of the segment remembers as the holder of a reserved address MUST be the "
        "machine that answers for it."
    ),
    severity=Severity.NORMAL,
    why=(
        "It sends to a node that has given the address up, until that one drops it: for this host "
        "alone, and only since the last change."
    ),
    source="faults ML-22, ML-24; metallb#584, #2009; RFC 5227, section 2.3",
    since="0.2",
)
L2_008 = Requirement(
    id="L2-008",
    must=(
        "The node that answers for a reserved address MUST connect to its ports itself, where "
        "anybody else does."
    ),
    severity=Severity.CRITICAL,
    why="Everybody's packets arrive there: what its rules do not pass on is lost, for all.",
    source="faults KP-01, ML-20; Kubernetes, Virtual IPs and Service proxies",
    since="0.2",
)
