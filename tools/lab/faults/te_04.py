"""TE-04: Tempo takes every span, and throws it away because its trace is larger than may be."""

from __future__ import annotations

from typing import Any

from tools.lab.faults import products, traces
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import arrival
from tools.lab.waiting import until

_DISCARDED = b'tempo_discarded_spans_total{reason="trace_too_large"'


def inject(lab: Lab) -> None:
    """Allow one byte for a trace, and wait until spans are counted as thrown away."""
    home, item = products.server(lab, "tempo")
    namespace, _, name = item.reservation.owner.partition("/")

    def change(config: dict[str, Any]) -> None:
        config["overrides"] = {"defaults": {"global": {"max_bytes_per_trace": 1}}}

    products.reconfigure(home, namespace, name, change)
    query, port = traces.query(item), traces.carried_by(item, "http")

    def discarded() -> bool:
        traces.taken(lab, item, port)
        return _DISCARDED in (arrival.get(lab, item, query, "/metrics") or b"")

    until(f"{item.plan} throws spans away", discarded, within=60, every=0.5)


FAULT = Fault(
    id="TE-04",
    title="Tempo takes spans and throws them away, for a limit",
    reds=frozenset({"REACH-015"}),
    inject=inject,
    source="Tempo send-traces troubleshooting",
)
