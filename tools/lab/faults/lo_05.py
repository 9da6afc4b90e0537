"""LO-05: the shipper pushes to a path that Loki does not have."""

from __future__ import annotations

from typing import Any

from tools.lab.faults import logs
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_WRONG = "/loki/api/v2/push"


def inject(lab: Lab) -> None:
    """Give the shipper another path, which is answered with 404, and wait until nothing comes."""

    def change(config: dict[str, Any]) -> None:
        for client in config["clients"]:
            client["url"] = client["url"].partition("/loki/")[0] + _WRONG

    logs.shipper(lab, change)


FAULT = Fault(
    id="LO-05",
    title="logs are pushed to a path that Loki does not have",
    reds=frozenset({"REACH-012"}),
    inject=inject,
    source="Loki HTTP API documentation",
)
