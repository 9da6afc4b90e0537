"""LO-07: what a shipper sends at once is more than Loki takes at once."""

from __future__ import annotations

from typing import Any

from tools.lab.faults import logs
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import arrival
from tools.lab.waiting import until

_BYTES = 64
"""Less than the labels of any line. Loki limits pushes of shippers so, and not those in JSON."""
_REFUSED = b'reason="request_body_too_large"'


def inject(lab: Lab) -> None:
    """Lower what a push may have, and wait until Loki counts some that had more."""

    def change(config: dict[str, Any]) -> None:
        config["distributor"] = {"max_recv_msg_size": _BYTES}

    item = logs.server(lab, change)
    until(
        f"{item.plan} refuses pushes as too large",
        lambda: _REFUSED in (arrival.get(lab, item, item.port, "/metrics") or b""),
        within=60,
        every=0.3,
    )


FAULT = Fault(
    id="LO-07",
    title="Loki refuses what its shipper sends as too large",
    reds=frozenset({"REACH-012"}),
    inject=inject,
    source="Loki ingest troubleshooting",
)
