"""GW-01: the route of a host leads to another Service."""

from __future__ import annotations

from tools.lab.faults import routes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Let the host lead to a Service that is not there."""
    route = routes.redirected(lab)
    cluster, item = routes.gateway(lab, route)
    nowhere = {"host": "nobody.default.svc.cluster.local", "port": {"number": 80}}
    cluster.api.merge(
        routes.path(item, "virtualservices", route.host),
        {"spec": {"http": [{"route": [{"destination": nowhere}]}]}},
    )


FAULT = Fault(
    id="GW-01",
    title="the gateway routes a host to a Service that does not exist",
    reds=frozenset({"ING-001"}),
    inject=inject,
    source="Istio traffic management problems: 503 after a route is configured",
)
