"""ML-10: under policy Local, the only endpoint is on a node that may not announce the address."""

from __future__ import annotations

from tools.lab import whohas
from tools.lab.errors import LabError
from tools.lab.faults import announcers, products
from tools.lab.faults.fault import Fault, addresses
from tools.lab.lab import Lab
from tools.lab.spec import mac
from tools.lab.waiting import until

_PATH = "/apis/metallb.io/v1beta1/namespaces/metallb-system/l2advertisements"


def inject(lab: Lab) -> None:
    """Let all nodes but the endpoint's announce, and ask for local endpoints."""
    cluster, item = announcers.plain(lab)
    used = {end["nodeName"] for end in announcers.endpoints(cluster, item)}
    others = [machine.name for machine in cluster.machines if machine.name not in used]
    if not used or not others:
        raise LabError(f"this fault needs endpoints of {item.owner} on some nodes and not on all")
    chosen = {"key": "kubernetes.io/hostname", "operator": "In", "values": others}
    nodes = {"nodeSelectors": [{"matchExpressions": [chosen]}]}
    for advertisement in cluster.api.get(_PATH)["items"]:
        cluster.api.merge(f"{_PATH}/{advertisement['metadata']['name']}", {"spec": nodes})
    products.service(cluster, item.owner, lambda _spec: {"externalTrafficPolicy": "Local"})
    allowed = {mac(name, 0) for name in others}

    def left_to_others() -> bool:
        rest = [text for text in addresses(cluster) if text != str(item.address)]
        heard = [whohas.macs(lab.runner, text) for text in rest]
        return all(len(macs) == 1 and macs <= allowed for macs in heard)

    until(f"{', '.join(sorted(used))} announces nothing", left_to_others, within=30)
    announcers.unreached(lab, item)


FAULT = Fault(
    id="ML-10",
    title="under policy Local, the only endpoint is on a node that may not announce the address",
    reds=announcers.UNREACHED | {"L2-004", "LB-018"},
    unknowns=frozenset({"TIME-004"}),
    cause="LB-018",
    inject=inject,
    source="metallb#646, #302",
)
