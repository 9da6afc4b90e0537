"""What the mesh must show on the wire, and whom it must refuse."""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

MTLS_001 = Requirement(
    id="MTLS-001",
    must="A mesh workload MUST present its own SPIFFE identity, on both sides of the gateways.",
    severity=Severity.CRITICAL,
    why="Whoever answers under another identity is another workload, or another mesh.",
    source="SPIFFE X.509-SVID; architecture review D-08; faults IS-06, IS-12",
    since="0.2",
)
MTLS_002 = Requirement(
    id="MTLS-002",
    must="The certificate of a mesh workload MUST lead to the root that its cluster trusts.",
    severity=Severity.CRITICAL,
    why="Peers verify against that root: any other chain is refused by all of them.",
    source="faults IS-01, IS-14; RFC 5280, section 6",
    since="0.2",
)
MTLS_003 = Requirement(
    id="MTLS-003",
    must="All members of the mesh MUST trust the same root, in every namespace.",
    severity=Severity.BLOCKER,
    why="Clusters with different roots refuse each other's workloads, and nothing else shows it.",
    source="architecture review D-08; faults IS-01, IS-14; istio issues 32501, 52356",
    since="0.2",
)
MTLS_004 = Requirement(
    id="MTLS-004",
    must="The certificate of a mesh workload MUST be valid now and fit for both ends of mTLS.",
    severity=Severity.CRITICAL,
    why="An expired workload certificate is an outage everywhere at once.",
    source="fault IS-07; RFC 5280, section 4.2.1.12",
    since="0.2",
)
MTLS_005 = Requirement(
    id="MTLS-005",
    must="A strict workload MUST refuse plaintext.",
    severity=Severity.CRITICAL,
    why="PERMISSIVE looks like mTLS until somebody without an identity connects.",
    source="architecture review E-03, flow N2; fault IS-05",
    since="0.2",
)
MTLS_006 = Requirement(
    id="MTLS-006",
    must="A strict workload MUST refuse callers without a certificate of the mesh.",
    severity=Severity.CRITICAL,
    why="Encryption without authentication keeps nobody out.",
    source="faults IS-01, IS-05, IS-07; RFC 8446, section 4.4.2.4",
    since="0.2",
)
MTLS_007 = Requirement(
    id="MTLS-007",
    must="An east-west gateway MUST pass on nothing but TLS for services of the mesh.",
    severity=Severity.NORMAL,
    why="It is a door into the pod network: it must open to known names only.",
    source="architecture review D-06; faults IS-03, IS-12",
    since="0.2",
)
MTLS_008 = Requirement(
    id="MTLS-008",
    must="A planned caller in the mesh MUST reach the workload, also across clusters.",
    severity=Severity.CRITICAL,
    why="Certificates, gateways and remote secrets exist for this one call.",
    source="architecture review, flow 8; faults IS-02, IS-03, IS-04, IS-08, IS-11",
    since="0.2",
)
MTLS_009 = Requirement(
    id="MTLS-009",
    must="TLS below version 1.2 MUST be refused in the mesh.",
    severity=Severity.NORMAL,
    why="Older versions are broken, and deprecated.",
    source="RFC 8996",
    since="0.2",
)
MTLS_010 = Requirement(
    id="MTLS-010",
    must="The control plane of each member MUST watch every other member.",
    severity=Severity.CRITICAL,
    why="An istiod that cannot see the other cluster sends its callers to nobody, or to the dead.",
    source="architecture review D-07, flow 7; faults IS-02, IS-11; istio issue 45992",
    since="0.2",
)
