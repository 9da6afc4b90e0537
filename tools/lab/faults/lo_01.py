"""LO-01: the shipper names no tenant, and everything it sends is refused."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from tools.lab.faults import products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import arrival, promtail
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Take the tenant from the shipper, and from Loki, with its pod, the lines that it has."""
    home, item = products.server(lab, "loki")
    cluster, sender = products.sender(lab, item)

    def change(config: dict[str, Any]) -> None:
        for client in config["clients"]:
            client.pop("tenant_id", None)

    name = f"{item.plan.name}-promtail"
    products.reconfigure(cluster, sender.namespace, name, change, plural="daemonsets")
    namespace, _, owner = item.reservation.owner.partition("/")
    pods = f"/api/v1/namespaces/{namespace}/pods?labelSelector=app%3D{owner}"
    home.api.delete(pods, grace=0)
    query = f"/loki/api/v1/query?query={quote(promtail.fresh(sender))}"
    labels = "/loki/api/v1/labels"
    until(
        f"{item.plan} answers again, without lines of {sender.cluster}",
        lambda: (
            arrival.get(lab, item, item.port, labels) is not None
            and not products.result(lab, item, query)
        ),
        within=90,
        every=0.3,
    )


FAULT = Fault(
    id="LO-01",
    title="logs are sent without a tenant, and refused",
    reds=frozenset({"REACH-012"}),
    inject=inject,
    source="Loki authentication documentation; loki#8675",
)
