"""SE-07: Argo CD shows its Applications to who has not logged in."""

from __future__ import annotations

import http.client
import json
import ssl

from tools.lab import edge, netns
from tools.lab.faults import deployments
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until
from trueline.model.topology import Reservation


def inject(lab: Lab) -> None:
    """Let in who is nobody, to read all; wait until the planned address lists an Application."""
    api, instance, _ = deployments.struck(lab)
    settings = f"/api/v1/namespaces/{instance.namespace}/configmaps"
    api.merge(f"{settings}/argocd-rbac-cm", {"data": {"policy.default": "role:readonly"}})
    api.merge(f"{settings}/argocd-cm", {"data": {"users.anonymous.enabled": "true"}})
    until(
        "Argo CD lists its Applications for a stranger",
        lambda: _listed(lab, instance.reservation) > 0,
        within=60,
        every=0.5,
    )


def _listed(lab: Lab, item: Reservation) -> int:
    """How many Applications a stranger on the segment is shown."""
    context = ssl.create_default_context(cadata=edge.bundle(lab, item))
    address, port = str(item.address), _secure(item)
    connection = http.client.HTTPConnection(address, port)
    try:
        raw = netns.connect(lab.runner, address, port, 3)
        connection.sock = context.wrap_socket(raw, server_hostname=address)
        connection.request("GET", "/api/v1/applications")
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
    return len(json.loads(text)["items"] or ()) if answer.status == 200 else 0


def _secure(item: Reservation) -> int:
    return next(port.number for port in item.ports if port.application == "https")


FAULT = Fault(
    id="SE-07",
    title="Argo CD shows its Applications to strangers",
    reds=frozenset({"ISO-004"}),
    inject=inject,
    source="architecture review E-04; Argo CD security documentation",
)
