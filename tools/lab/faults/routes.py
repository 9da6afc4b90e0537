"""Where faults of the gateways strike."""

from __future__ import annotations

from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.lab import Lab
from trueline.model.product import Route
from trueline.model.topology import Reservation


def redirected(lab: Lab) -> Route:
    """The first route of the plan that ends TLS and redirects to it. Raises LabError."""
    for route in lab.topology.ingress.routes:
        if route.tls is not None and route.redirect:
            return route
    raise LabError("this fault needs a route with TLS and a redirect")


def gateway(lab: Lab, route: Route) -> tuple[LabCluster, Reservation]:
    """The cluster and the reservation of the gateway of a route."""
    name = route.gateway.partition(":")[2]
    found = next(item for item in lab.topology.reservations if str(item) == name)
    return lab.cluster(found.cluster), found


def path(item: Reservation, plural: str, name: str) -> str:
    """The path of one of Istio's objects beside the gateway."""
    namespace = item.owner.partition("/")[0]
    return f"/apis/networking.istio.io/v1/namespaces/{namespace}/{plural}/{name}"
