"""What the gateways must do with the hosts that they route, and with all others."""

from __future__ import annotations

from trueline.model.requirement import Requirement, Severity

ING_001 = Requirement(
    id="ING-001",
    must="A gateway MUST route a planned host to its Service.",
    severity=Severity.CRITICAL,
    why="The right address with the wrong application behind it answers, and answers wrongly.",
    source="architecture review E-02; Gateway API, HTTPRoute hostnames",
    since="0.2",
)
ING_002 = Requirement(
    id="ING-002",
    must="A gateway that ends TLS MUST show a valid certificate for the host, of the planned CA.",
    severity=Severity.CRITICAL,
    why="Clients refuse any other, or are taught not to look.",
    source="architecture review E-06; faults SE-04, VA-06; RFC 6125",
    since="0.2",
)
ING_003 = Requirement(
    id="ING-003",
    must="A host that is planned to be served over TLS alone MUST redirect plain HTTP to it.",
    severity=Severity.NORMAL,
    why="Plain requests would carry cookies and passwords over the wire.",
    source="fault SE-03; RFC 9110, section 15.4",
    since="0.2",
)
ING_004 = Requirement(
    id="ING-004",
    must="A gateway MUST NOT answer a host that it does not route with any planned Service.",
    severity=Severity.NORMAL,
    why="A catch-all route shows an application to whoever asks for anything.",
    source="architecture review V-08",
    since="0.2",
)
ING_005 = Requirement(
    id="ING-005",
    must="A LoadBalancer Service MUST be a gateway, or be planned to bypass the gateways.",
    severity=Severity.NORMAL,
    why="Each one is a door of its own into the cluster, beside the one that is guarded.",
    source="architecture review E-02; fault SE-02",
    since="0.2",
)
