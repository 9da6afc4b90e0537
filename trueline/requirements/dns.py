"""What names must do: every planned name leads where the plan says, for everybody who asks.

A server that is silent, a resolver that resolves nothing and a zone that is not known are each
reported once, by DNS-001 to DNS-005; what they hide is unknown, and names the one reason.
"""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

DNS_001 = Requirement(
    id="DNS-001",
    must="The authority of a zone MUST answer over UDP and over TCP.",
    severity=Severity.BLOCKER,
    why="Every resolver gets its answers there; long answers, and retries, come over TCP.",
    source="architecture review C-03; fault DN-12; RFC 7766",
    since="0.2",
)
DNS_002 = Requirement(
    id="DNS-002",
    must="Every ready pod behind a cluster's DNS Service MUST answer over UDP and over TCP.",
    severity=Severity.CRITICAL,
    why="The Service spreads questions: one pod that is silent makes every second look-up wait.",
    source="faults DN-10, DN-12; RFC 7766",
    since="0.2",
)
DNS_003 = Requirement(
    id="DNS-003",
    must="A cluster's DNS Service MUST answer pods at its planned address, over UDP and over TCP.",
    severity=Severity.BLOCKER,
    why="It is the only resolver that pods have: without it nothing finds anything.",
    source="faults DN-09, DN-10; Kubernetes, Debugging DNS Resolution",
    since="0.2",
)
DNS_004 = Requirement(
    id="DNS-004",
    must="The resolver of a vantage point that must resolve planned names MUST resolve some.",
    severity=Severity.CRITICAL,
    why="Applications ask the system's resolver; tools that ask a server prove nothing for them.",
    source="architecture review C-02, C-05, C-06; faults DN-08, DN-09",
    since="0.2",
)
DNS_005 = Requirement(
    id="DNS-005",
    must="A zone MUST be known to its authority and to every resolver that must resolve its names.",
    severity=Severity.CRITICAL,
    why="Without a stub in every cluster, the names of the zone exist for some and not for others.",
    source="architecture review C-03, C-05; faults DN-01, DN-04, DN-05",
    since="0.2",
)
DNS_010 = Requirement(
    id="DNS-010",
    must=(
        "The authority MUST give a name its planned addresses, and a reserved address MUST be "
        "held by the Service that the plan reserves it for."
    ),
    severity=Severity.CRITICAL,
    why="Nothing ties a static record to the Service: a stale one leads clients to somebody else.",
    source="architecture review C-08; fault DN-02; metallb/metallb#686",
    since="0.2",
)
DNS_011 = Requirement(
    id="DNS-011",
    must="The authority of a zone MUST answer for it with authority.",
    severity=Severity.NORMAL,
    why="An answer without the flag comes from a cache: it may be old, and others may not see it.",
    source="RFC 1035, section 4.1.1; architecture review C-03",
    since="0.2",
)
DNS_012 = Requirement(
    id="DNS-012",
    must="Records and denials of a zone MUST be kept no longer than the plan allows.",
    severity=Severity.NORMAL,
    why="When an address moves, or a name is added, that is how long clients go the wrong way.",
    source="fault DN-13; RFC 2308, section 5",
    since="0.2",
)
DNS_013 = Requirement(
    id="DNS-013",
    must="A name that has addresses of one family MUST NOT be denied for the other.",
    severity=Severity.CRITICAL,
    why="NXDOMAIN is for the whole name: some resolvers then fail although the address is there.",
    source="architecture review C-07; fault DN-07; coredns/coredns#2564; RFC 2308, section 2",
    since="0.2",
)
DNS_014 = Requirement(
    id="DNS-014",
    must="The addresses of a name that the plan wants reverse MUST lead back to it.",
    severity=Severity.MINOR,
    why="Logs, mail and some logins look the name of an address up.",
    source="RFC 1912, section 2.1",
    since="0.2",
)
DNS_020 = Requirement(
    id="DNS-020",
    must="A name MUST resolve to its planned addresses at every vantage point that the plan lists.",
    severity=Severity.CRITICAL,
    why="Pods, nodes and hosts ask different resolvers; one of them proves nothing for another.",
    source="architecture review C-05, C-06, V-06; faults DN-02, DN-11",
    since="0.2",
)
DNS_021 = Requirement(
    id="DNS-021",
    must="Every DNS server MUST give the answer of the authority.",
    severity=Severity.CRITICAL,
    why="Clusters that disagree on a shared name send the same client to different places.",
    source="faults DN-11, DN-13; coredns/coredns#2789",
    since="0.2",
)
DNS_022 = Requirement(
    id="DNS-022",
    must="A name in a zone that nobody made MUST NOT exist, whoever is asked.",
    severity=Severity.NORMAL,
    why="A wildcard, or a resolver that invents answers, turns a typing error into a connection.",
    source="architecture review V-08; RFC 8020",
    since="0.2",
)
DNS_023 = Requirement(
    id="DNS-023",
    must="A name outside the zones that only looks like a planned one MUST NOT resolve.",
    severity=Severity.NORMAL,
    why="Otherwise search domains or a catch-all lead strangers' names into the planned network.",
    source="architecture review V-08; RFC 6761, section 6.4",
    since="0.2",
)
DNS_030 = Requirement(
    id="DNS-030",
    must="The name of the API MUST lead pods to the first Service address of the cluster.",
    severity=Severity.BLOCKER,
    why="Controllers and operators find the API of their cluster by that name.",
    source="Kubernetes, DNS for Services and Pods; fault DN-05",
    since="0.2",
)
DNS_031 = Requirement(
    id="DNS-031",
    must="A Service that does not exist MUST NOT resolve in its cluster.",
    severity=Severity.NORMAL,
    why="Clients would connect to somebody else instead of failing.",
    source="architecture review V-08, C-09; Kubernetes DNS-based service discovery, section 2",
    since="0.2",
)
DNS_040 = Requirement(
    id="DNS-040",
    must="Resolvers and DNS servers MUST answer within the planned latency.",
    severity=Severity.NORMAL,
    why="Every connection begins with a look-up: seconds of delay look like a broken application.",
    source="faults DN-03, DN-06; nodejs/node#4207; RFC 6762, section 3",
    since="0.2",
)
