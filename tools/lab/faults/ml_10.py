"""ML-10: under policy Local, the only endpoint is on a node that may not announce the address."""

from __future__ import annotations

from tools.lab.errors import LabError
from tools.lab.faults import announcers
from tools.lab.faults.fault import Fault, silent
from tools.lab.lab import Lab

_PATH = "/apis/metallb.io/v1beta1/namespaces/metallb-system/l2advertisements"


def inject(lab: Lab) -> None:
    """Let all nodes but the endpoint's announce, and ask for local endpoints."""
    cluster, item = announcers.plain(lab)
    namespace, _, name = item.owner.partition("/")
    slices = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
    selector = f"labelSelector=kubernetes.io%2Fservice-name%3D{name}"
    found = cluster.api.get(f"{slices}?{selector}")["items"]
    used = {end["nodeName"] for part in found for end in part.get("endpoints") or ()}
    others = [machine.name for machine in cluster.machines if machine.name not in used]
    if not used or not others:
        raise LabError(f"this fault needs endpoints of {item.owner} on some nodes and not on all")
    chosen = {"key": "kubernetes.io/hostname", "operator": "In", "values": others}
    nodes = {"nodeSelectors": [{"matchExpressions": [chosen]}]}
    for advertisement in cluster.api.get(_PATH)["items"]:
        cluster.api.merge(f"{_PATH}/{advertisement['metadata']['name']}", {"spec": nodes})
    service = f"/api/v1/namespaces/{namespace}/services/{name}"
    cluster.api.merge(service, {"spec": {"externalTrafficPolicy": "Local"}})
    silent(lab, str(item.address))
    announcers.forgotten(lab, item)


FAULT = Fault(
    id="ML-10",
    title="under policy Local, the only endpoint is on a node that may not announce the address",
    reds=announcers.UNREACHED | {"L2-004", "LB-018"},
    cause="LB-018",
    areas=("metallb", *announcers.AREAS),
    inject=inject,
    source="metallb#646, #302",
)
