"""SE-03: plain HTTP is served where it must be sent on to TLS."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.faults import routes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Take the redirect out of the Gateway, and wait until the plain port serves."""
    route = routes.redirected(lab)
    cluster, item = routes.gateway(lab, route)
    path = routes.path(item, "gateways", item.owner.partition("/")[2])
    servers = cluster.api.get(path)["spec"]["servers"]
    for server in servers:
        if server.get("tls", {}).pop("httpsRedirect", False):
            del server["tls"]
    cluster.api.merge(path, {"spec": {"servers": servers}})

    def served() -> bool:
        with netns.connect(lab.runner, str(item.address), route.plain or 80, 2) as plain:
            plain.settimeout(2)
            asked = f"GET / HTTP/1.1\r\nHost: {route.host}\r\nConnection: close\r\n\r\n"
            plain.sendall(asked.encode())
            return plain.recv(12).endswith(b"200")

    until(f"{route.host} is served in plaintext", served, within=60)


FAULT = Fault(
    id="SE-03",
    title="the gateway serves plaintext instead of redirecting to TLS",
    reds=frozenset({"ING-003"}),
    inject=inject,
    source="architecture review E-06; Istio Gateway httpsRedirect",
)
