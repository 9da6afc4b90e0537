"""ML-28: MetalLB's controller is down: what has an address keeps it, and nothing new gets one."""

from __future__ import annotations

from tools.lab import baseline
from tools.lab.faults.fault import Fault, first
from tools.lab.lab import Lab
from tools.lab.waiting import until

_PATH = "/apis/apps/v1/namespaces/metallb-system/deployments/controller"


def inject(lab: Lab) -> None:
    """Let its only pod wait for a node that there is not."""
    api = first(lab).api
    selector = {"trueline.lab/nowhere": "true"}
    patch = {"strategy": {"type": "Recreate", "rollingUpdate": None}}
    template = {"template": {"spec": {"nodeSelector": selector}}}
    api.merge(_PATH, {"spec": patch | template})
    until(
        "no controller is ready",
        lambda: (
            not api.get(_PATH)["status"].get("readyReplicas")
            and "Deployment controller" in baseline.unsettled(api)
        ),
        within=30,
    )


FAULT = Fault(
    id="ML-28",
    title="MetalLB's controller is down",
    # Its pod is also who answers MetalLB's webhook.
    reds=frozenset({"CLU-070", "LB-001"}),
    cause="LB-001",
    inject=inject,
    source="MetalLB troubleshooting, components",
)
