"""LO-04: the ring of Loki has fewer members than it must write to."""

from __future__ import annotations

from typing import Any

from tools.lab.faults import logs
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab


def inject(lab: Lab) -> None:
    """Ask for three copies of every line where there is one process to keep them."""

    def change(config: dict[str, Any]) -> None:
        config["common"]["replication_factor"] = 3

    logs.answers_with(lab, logs.server(lab, change), 500)


FAULT = Fault(
    id="LO-04",
    title="the ring of Loki has too few members to write and to read",
    reds=frozenset({"REACH-012", "REACH-013", "REACH-040"}),
    unknowns=frozenset({"ISO-004"}),
    cause="REACH-013",
    inject=inject,
    source="Loki operations troubleshooting",
)
