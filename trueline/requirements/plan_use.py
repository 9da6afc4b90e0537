"""What the use of the address plan must be: clusters, names, flows, mesh and the run itself."""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

# --- clusters
PLAN_050 = Requirement(
    id="PLAN-050",
    must="Every cluster MUST have a planned API endpoint, with https and a host.",
    severity=Severity.CRITICAL,
    why="GitOps, token review and service meshes must point at something that stays.",
    source="architecture review A-09, D-04, D-05",
    since="0.1",
)
PLAN_051 = Requirement(
    id="PLAN-051",
    must="A cluster with several control-plane nodes SHOULD have an API endpoint of none of them.",
    severity=Severity.MINOR,
    why="When that one node is off, the cluster is out of reach although its quorum lives.",
    source="architecture review A-09; kubernetes/kubernetes#88648",
    since="0.1",
    advisory=True,
)
PLAN_052 = Requirement(
    id="PLAN-052",
    must="Two clusters MUST NOT share a context of one kubeconfig.",
    severity=Severity.CRITICAL,
    why="Merged kubeconfigs overwrite each other: both pools land in one cluster.",
    source="architecture review A-11, F-06",
    since="0.1",
)
PLAN_053 = Requirement(
    id="PLAN-053",
    must="Two clusters MUST NOT have the same API endpoint, CA pin or kube-system UID pin.",
    severity=Severity.CRITICAL,
    why="They are then one cluster, and comparing it with itself passes.",
    source="architecture review A-11, B-03; fault HO-09",
    since="0.1",
)
PLAN_054 = Requirement(
    id="PLAN-054",
    must="A cluster MUST state the versions of Kubernetes, its load balancer and its pod network.",
    severity=Severity.NORMAL,
    why="Annotations, labels and status differ between versions; expectations follow them.",
    source="architecture review F-05, A-07, A-14, A-17",
    since="0.1",
)
# --- names
PLAN_060 = Requirement(
    id="PLAN-060",
    must="Every reserved address, API endpoint and VM MUST have a DNS name.",
    severity=Severity.NORMAL,
    why="Clients without a name hard-wire the address, and certificates cannot match.",
    source="architecture review C-04, B-10",
    since="0.1",
)
PLAN_061 = Requirement(
    id="PLAN-061",
    must="A DNS name MUST lead to planned addresses.",
    severity=Severity.CRITICAL,
    why="Nothing else ties a static record to the Service that it is meant to reach.",
    source="architecture review C-08; fault DN-02",
    since="0.1",
)
PLAN_062 = Requirement(
    id="PLAN-062",
    must="A DNS name MUST lie in a declared zone.",
    severity=Severity.NORMAL,
    why="Nobody answers for a name outside the zones of the plan.",
    source="architecture review C-03",
    since="0.1",
)
PLAN_063 = Requirement(
    id="PLAN-063",
    must="Every DNS zone MUST have an authority.",
    severity=Severity.BLOCKER,
    why="A zone that nobody serves resolves nowhere.",
    source="architecture review C-03",
    since="0.1",
)
PLAN_064 = Requirement(
    id="PLAN-064",
    must="A DNS name MUST cover every family that its owner has reserved.",
    severity=Severity.NORMAL,
    why="Clients of the missing family get no answer, or NXDOMAIN from elsewhere.",
    source="architecture review C-07; fault DN-07; coredns/coredns#2564",
    since="0.1",
)
PLAN_065 = Requirement(
    id="PLAN-065",
    must="A DNS name MUST say from which declared vantage points it resolves.",
    severity=Severity.NORMAL,
    why="Pods, nodes and hosts ask different resolvers; one of them proves nothing for another.",
    source="architecture review C-05, C-06",
    since="0.1",
)
PLAN_066 = Requirement(
    id="PLAN-066",
    must="A DNS zone SHOULD NOT lie under .local.",
    severity=Severity.MINOR,
    why="The domain belongs to multicast DNS: macOS and systemd-resolved do not ask the server.",
    source="architecture review C-01, C-02; faults DN-03, DN-08; RFC 6762, section 3",
    since="0.1",
    advisory=True,
)
# --- flows
PLAN_070 = Requirement(
    id="PLAN-070",
    must="A flow MUST run between things that the plan declares.",
    severity=Severity.CRITICAL,
    why="A flow from or to nothing can never be tested, and looks covered.",
    source="architecture review section 4",
    since="0.1",
)
PLAN_071 = Requirement(
    id="PLAN-071",
    must="An expected flow MUST use a port that its target has planned.",
    severity=Severity.NORMAL,
    why="Sender and owner otherwise mean different services.",
    source="architecture review D-09, D-03",
    since="0.1",
)
PLAN_072 = Requirement(
    id="PLAN-072",
    must="A flow MUST be stated once, with one expectation.",
    severity=Severity.NORMAL,
    why="Of two opposite expectations one is always reported wrong.",
    source="architecture review section 4",
    since="0.1",
)
PLAN_073 = Requirement(
    id="PLAN-073",
    must="The plan MUST say, for every two clusters and both directions, what may flow.",
    severity=Severity.NORMAL,
    why="Directions are easily reversed: who opens the connection decides what policies allow.",
    source="architecture review D-03, D-04, D-05, E-07",
    since="0.1",
)
PLAN_074 = Requirement(
    id="PLAN-074",
    must="The plan MUST name a flow between every two clusters that is expected to fail.",
    severity=Severity.NORMAL,
    why="Without a forbidden flow, a network that lets everything pass is reported as right.",
    source="architecture review V-08, B-04",
    since="0.1",
)
PLAN_075 = Requirement(
    id="PLAN-075",
    must="Every reservation and every VM SHOULD be the target of an expected flow.",
    severity=Severity.MINOR,
    why="An address without a consumer is not needed, or its consumer is not known.",
    source="architecture review B-10, D-12, E-07",
    since="0.1",
    advisory=True,
)
# --- mesh and policies
PLAN_080 = Requirement(
    id="PLAN-080",
    must="Every member of the mesh MUST be a planned cluster, once.",
    severity=Severity.CRITICAL,
    why="A mesh of one cluster twice, or of none, spans nothing.",
    source="architecture review D-08",
    since="0.1",
)
PLAN_081 = Requirement(
    id="PLAN-081",
    must="Every mesh member MUST have reserved ingress and east-west gateways.",
    severity=Severity.CRITICAL,
    why="Pod networks are not routed to each other: all mesh traffic enters through port 15443.",
    source="architecture review D-06; Istio, multi-primary on different networks",
    since="0.1",
)
PLAN_082 = Requirement(
    id="PLAN-082",
    must="The mesh MUST have a trust domain, and its members networks of their own.",
    severity=Severity.CRITICAL,
    why="Members of one network dial each other's pod addresses directly, and time out.",
    source="architecture review D-06, D-08; istio/istio#32501",
    since="0.1",
)
PLAN_083 = Requirement(
    id="PLAN-083",
    must="Two mesh members MUST be expected to reach each other's API and east-west gateway.",
    severity=Severity.NORMAL,
    why="Discovery reads the other API server, both ways; workloads enter through the gateway.",
    source="architecture review D-06, D-07; Istio, before you begin multicluster",
    since="0.1",
)
PLAN_084 = Requirement(
    id="PLAN-084",
    must="A cluster with network policies MUST have a pod network that enforces them.",
    severity=Severity.BLOCKER,
    why="Flannel accepts the objects and lets everything pass.",
    source="architecture review E-01; flannel-io/flannel#558",
    since="0.1",
)
PLAN_085 = Requirement(
    id="PLAN-085",
    must="Services of a mesh member SHOULD be reached through its gateway, not around it.",
    severity=Severity.MINOR,
    why="A load balancer of its own bypasses the gateway's TLS, authentication and mTLS.",
    source="architecture review E-02, E-03",
    since="0.1",
    advisory=True,
)
PLAN_086 = Requirement(
    id="PLAN-086",
    must="Every namespace that owns a reserved address SHOULD have a policy.",
    severity=Severity.MINOR,
    why="Only necessary traffic is allowed only where somebody said what is necessary.",
    source="architecture review E-07",
    since="0.1",
    advisory=True,
)
# --- the run
PLAN_090 = Requirement(
    id="PLAN-090",
    must="The ARP window MUST be 0.83 s at least.",
    severity=Severity.NORMAL,
    why="Linux proxies answer after up to 0.82 s: a shorter window cannot prove silence.",
    source="architecture, observation rule 3; Linux arp(7), proxy_delay",
    since="0.1",
)
PLAN_091 = Requirement(
    id="PLAN-091",
    must="An exception MUST NOT have expired.",
    severity=Severity.NORMAL,
    why="An exception is borrowed time; past its date it hides a defect.",
    source="architecture review section 5; style, exceptions carry owner, reason and expiry",
    since="0.1",
)
