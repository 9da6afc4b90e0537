"""SE-01: Loki asks nobody for a tenant: whoever reaches it reads and writes the logs of all."""

from __future__ import annotations

from typing import Any

from tools.lab.faults import logs, products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import arrival
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Switch tenants off; wait until a stranger reads, and until lines arrive again."""

    def change(config: dict[str, Any]) -> None:
        config["auth_enabled"] = False

    item = logs.server(lab, change)
    _, sender = products.sender(lab, item)
    address = str(item.reservation.address)

    def read() -> bool:
        said = arrival.request(lab.runner, address, item.port, "GET", logs.LABELS, headers={})
        return said is not None

    until(f"{item.plan} lets strangers read", read, within=60, every=0.3)
    until(
        f"lines of {sender.cluster} arrive in {item.plan}",
        lambda: logs.heard(lab, item, sender),
        within=60,
        every=0.3,
    )


FAULT = Fault(
    id="SE-01",
    title="Loki is read and written by who names no tenant",
    reds=frozenset({"REACH-013", "REACH-014"}),
    cause="REACH-014",
    inject=inject,
    source="Loki authentication documentation; architecture review D-11",
)
