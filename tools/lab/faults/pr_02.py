"""PR-02: the external label of a sender says another cluster."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tools.lab.faults import products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import prometheus_agent
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Give the agent other labels, and wait until what it sent under its own is old."""
    _, item = products.server(lab, "prometheus")
    cluster, sender = products.sender(lab, item)

    def change(config: dict[str, Any]) -> None:
        labels = config["global"]["external_labels"]
        config["global"]["external_labels"] = dict.fromkeys(labels, "somewhere-else")

    products.reconfigure(cluster, sender.namespace, f"{item.plan.name}-agent", change)
    fresh = f"/api/v1/query?query={quote(prometheus_agent.fresh(sender))}"
    until(
        f"{item.plan} hears nothing of {sender.cluster} under its own label",
        lambda: not products.result(lab, item, fresh),
        within=60,
        every=0.5,
    )


FAULT = Fault(
    id="PR-02",
    title="the metrics of a cluster carry the label of another",
    reds=frozenset({"REACH-010"}),
    inject=inject,
    source="prometheus#12052, #10456",
)
