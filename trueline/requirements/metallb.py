"""What MetalLB must be and do: run as planned, own the planned addresses, and give them rightly.

The requirements are cut so that one fault turns as few of them red as honesty allows: each speaks
of one rung (the Service exists, gets an address, the right one, has endpoints), and none repeats
the failure of the rung below it.
"""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

LB_001 = Requirement(
    id="LB-001",
    must="The MetalLB controller MUST be running and ready.",
    severity=Severity.CRITICAL,
    why="Without it, old addresses live on and no new Service gets one.",
    source="fault ML-28",
    since="0.1",
)
LB_002 = Requirement(
    id="LB-002",
    must="A MetalLB speaker MUST be ready on every node that should have one, and on one at least.",
    severity=Severity.CRITICAL,
    why="Addresses that no speaker announces are assigned and silent.",
    source="fault ML-29; metallb/metallb#322",
    since="0.1",
)
LB_003 = Requirement(
    id="LB-003",
    must="MetalLB MUST run in the planned version.",
    severity=Severity.NORMAL,
    why="Pinning syntax, node exclusion and what the API shows depend on the version.",
    source="architecture review A-07, A-14, A-17",
    since="0.1",
)
LB_004 = Requirement(
    id="LB-004",
    must="Every planned pool MUST exist with exactly its planned addresses.",
    severity=Severity.CRITICAL,
    why="An address too few cannot be given; one too many belongs to somebody else.",
    source="network architecture, MetalLB Configuration",
    since="0.1",
)
LB_005 = Requirement(
    id="LB-005",
    must="A cluster MUST NOT have pools outside the plan.",
    severity=Severity.CRITICAL,
    why="MetalLB gives addresses of any pool it finds.",
    source="network architecture, LoadBalancer IP Pool Separation",
    since="0.1",
)
LB_006 = Requirement(
    id="LB-006",
    must="A pool MUST assign addresses unasked exactly if the plan says so.",
    severity=Severity.NORMAL,
    why="A pool that does hands reserved addresses to whoever comes first.",
    source="architecture review A-06",
    since="0.1",
)
LB_007 = Requirement(
    id="LB-007",
    must="A pool MUST be selected by an L2Advertisement exactly if the plan has it advertised.",
    severity=Severity.CRITICAL,
    why="Addresses of a pool that nothing advertises are assigned and never answered for.",
    source="fault ML-01; metallb/metallb#1154",
    since="0.1",
)
LB_008 = Requirement(
    id="LB-008",
    must="The pools of any two clusters MUST be disjoint.",
    severity=Severity.CRITICAL,
    why="Two clusters that announce one address take turns in answering for it.",
    source="fault ML-04; metallb/metallb#772",
    since="0.1",
)
LB_009 = Requirement(
    id="LB-009",
    must="The owner of a reservation MUST exist as a Service of type LoadBalancer.",
    severity=Severity.CRITICAL,
    why="Names and clients point at the address whether or not something is behind it.",
    source="network architecture, IP Address Allocation",
    since="0.1",
)
LB_010 = Requirement(
    id="LB-010",
    must="The owner of a reservation MUST offer the planned ports.",
    severity=Severity.CRITICAL,
    why="Clients connect to the planned port and nothing else.",
    source="architecture review D-09",
    since="0.1",
)
LB_011 = Requirement(
    id="LB-011",
    must=(
        "Every LoadBalancer Service of MetalLB's class, and every owner, MUST have an address, "
        "unless LB-012, LB-015 or LB-016 names what keeps it from one."
    ),
    severity=Severity.CRITICAL,
    why="A pending Service cannot be reached from outside.",
    source="faults ML-03, ML-14, ML-15",
    since="0.1",
)
LB_012 = Requirement(
    id="LB-012",
    must=(
        "A reserved address MUST be held by no Service but its owner, and the owner MUST hold no "
        "other address in its place."
    ),
    severity=Severity.CRITICAL,
    why="Names, certificates and clients of the owner would reach another Service.",
    source="faults ML-02, ML-16; network architecture, MetalLB Service IP Assignment",
    since="0.1",
)
LB_013 = Requirement(
    id="LB-013",
    must="The owner of a reservation MUST have a ready endpoint.",
    severity=Severity.CRITICAL,
    why="MetalLB announces no address of a Service without ready endpoints.",
    source="fault ML-09; MetalLB v0.13.12 speaker/layer2_controller.go",
    since="0.1",
)
LB_014 = Requirement(
    id="LB-014",
    must=(
        "Pool addresses that nobody reserved MUST be held by nobody; an owner that holds one in "
        "place of its own is left to LB-012."
    ),
    severity=Severity.NORMAL,
    why="A LoadBalancer Service outside the plan bypasses the planned way in.",
    source="fault SE-02; architecture review E-02",
    since="0.1",
)
LB_015 = Requirement(
    id="LB-015",
    must="Services of MetalLB's class MUST use annotations that the running version reads.",
    severity=Severity.CRITICAL,
    why="Before 0.14.9 the prefix `metallb.io/` is ignored in silence.",
    source="fault ML-12; MetalLB release notes 0.14.9",
    since="0.1",
)
LB_016 = Requirement(
    id="LB-016",
    must="A Service of MetalLB's class MUST NOT set both annotation and spec.loadBalancerIP.",
    severity=Severity.CRITICAL,
    why="MetalLB refuses such a Service altogether.",
    source="fault ML-13; MetalLB v0.13.12 controller/service.go",
    since="0.1",
)
LB_017 = Requirement(
    id="LB-017",
    must="A Service of MetalLB's class that holds an address MUST hold the one it asks for.",
    severity=Severity.CRITICAL,
    why="An address that was asked for and not given shows a controller that no longer acts.",
    source="faults ML-17, ML-30; metallb/metallb#342",
    since="0.1",
)
LB_018 = Requirement(
    id="LB-018",
    must=(
        "An owner with externalTrafficPolicy Local MUST have a ready endpoint on a node that "
        "can announce."
    ),
    severity=Severity.CRITICAL,
    why="Under that policy only nodes with a ready endpoint announce the address.",
    source="faults ML-10, ML-11; metallb/metallb#646",
    since="0.1",
)
LB_019 = Requirement(
    id="LB-019",
    must="At least one node with a speaker MUST NOT be excluded from load balancing.",
    severity=Severity.CRITICAL,
    why="From 0.14.2 a node that carries the exclusion label announces nothing.",
    source="fault ML-11; metallb/metallb#2274",
    since="0.1",
)
LB_020 = Requirement(
    id="LB-020",
    must="An unreserved address MUST NOT be held by two Services without a common sharing key.",
    severity=Severity.CRITICAL,
    why="A controller that lost its state has handed one address to two applications.",
    source="fault ML-16; metallb/metallb#2479",
    since="0.1",
)
LB_021 = Requirement(
    id="LB-021",
    must="An address MUST NOT be held by Services of two clusters.",
    severity=Severity.CRITICAL,
    why="Whoever answers first gets the connection.",
    source="faults ML-04, ML-16; metallb/metallb#772",
    since="0.1",
)
LB_022 = Requirement(
    id="LB-022",
    must="The owner of a reservation SHOULD ask for an address instead of taking any.",
    severity=Severity.MINOR,
    why="Held by luck, the address is lost to whoever comes first after a re-creation.",
    source="architecture review A-06",
    since="0.1",
    advisory=True,
)
LB_023 = Requirement(
    id="LB-023",
    must="Every MetalLB speaker MUST run on the configuration that is in the cluster.",
    severity=Severity.CRITICAL,
    why=(
        "MetalLB goes on with the configuration it had when it rejects one: edits have no effect. "
        "Up to 0.13.12 at least it says so even after the old one was put back, until it restarts."
    ),
    source="fault ML-17; MetalLB, Metrics (metallb_k8s_client_config_stale_bool)",
    advisory=True,
    since="0.2",
)
LB_024 = Requirement(
    id="LB-024",
    must=(
        "MetalLB's speakers and controller MUST have run undisturbed: no container of theirs was "
        "ended within the last 10 minutes before the observation."
    ),
    severity=Severity.CRITICAL,
    why=(
        "The addresses of a speaker that is ended move to another node and back: connections are "
        "reset, and a later look at the wire shows nothing of it."
    ),
    source="fault ML-32; metallb/metallb#1539",
    since="0.2",
)
