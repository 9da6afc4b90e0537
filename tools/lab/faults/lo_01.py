"""LO-01: the shipper names no tenant, and everything it sends is refused."""

from __future__ import annotations

from typing import Any

from tools.lab.faults import logs
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Take the tenant from the shipper, and from Loki, with its pod, the lines that it has."""

    def change(config: dict[str, Any]) -> None:
        for client in config["clients"]:
            client.pop("tenant_id", None)

    logs.shipper(lab, change)


FAULT = Fault(
    id="LO-01",
    title="logs are sent without a tenant, and refused",
    reds=frozenset({"REACH-012"}),
    inject=inject,
    source="Loki authentication documentation; loki#8675",
)
