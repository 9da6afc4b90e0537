"""NP-04: the rule that lets the planned caller in names another port than its pods listen on."""

from __future__ import annotations

from tools.lab.errors import LabError
from tools.lab.faults import policies
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_SERVICE_PORT = {"protocol": "TCP", "port": 80}
"""What a Service might have in front of the pods; policies see the port of the pod."""


def inject(lab: Lab) -> None:
    """Let every rule of the namespace admit on that port alone."""
    policy = policies.guarded(lab)
    api, path = policies.cluster_of(lab, policy).api, policies.collection(policy)
    changed = 0
    for item in api.get(path)["items"]:
        rules = [{**rule, "ports": [_SERVICE_PORT]} for rule in item["spec"].get("ingress", [])]
        if rules:
            changed += 1
            api.merge(f"{path}/{item['metadata']['name']}", {"spec": {"ingress": rules}})
    if not changed:
        raise LabError(f"no rule lets anybody into {policy}")


FAULT = Fault(
    id="NP-04",
    title="a policy lets its callers in on another port than the planned one",
    reds=frozenset({"POL-001"}),
    inject=inject,
    source='Kubernetes network policies; Kubernetes "Debug Services" (target port)',
)
