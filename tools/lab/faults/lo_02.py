"""LO-02: the rate limit of Loki is below what is sent, and everything is refused for now."""

from __future__ import annotations

from typing import Any

from tools.lab.faults import logs
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_MEGABYTES = 0.00001
"""Ten bytes: less than any line."""


def inject(lab: Lab) -> None:
    """Give every tenant a limit that no push keeps."""

    def change(config: dict[str, Any]) -> None:
        config["limits_config"] = {
            "ingestion_rate_strategy": "local",
            "ingestion_rate_mb": _MEGABYTES,
            "ingestion_burst_size_mb": _MEGABYTES,
        }

    logs.answers_with(lab, logs.server(lab, change), 429)


FAULT = Fault(
    id="LO-02",
    title="the rate limit of Loki is below what is sent",
    reds=frozenset({"REACH-012", "REACH-013"}),
    cause="REACH-013",
    inject=inject,
    source="Loki ingest troubleshooting",
)
