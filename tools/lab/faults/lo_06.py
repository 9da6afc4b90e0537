"""LO-06: Loki is told to take no lines, and answers with a status that looks like success."""

from __future__ import annotations

from typing import Any

from tools.lab.faults import logs
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_UNTIL = "2100-01-01T00:00:00Z"


def inject(lab: Lab) -> None:
    """Block ingestion; senders that know only the class of a status believe that all is well."""

    def change(config: dict[str, Any]) -> None:
        config["limits_config"] = {"block_ingestion_until": _UNTIL}

    logs.answers_with(lab, logs.server(lab, change), 260)


FAULT = Fault(
    id="LO-06",
    title="Loki blocks ingestion with a status that looks like success",
    reds=frozenset({"REACH-012", "REACH-013"}),
    cause="REACH-013",
    inject=inject,
    source="Loki ingest troubleshooting",
)
