"""TE-03: the port for gRPC leads to the receiver for HTTP."""

from __future__ import annotations

from tools.lab.faults import products, traces
from tools.lab.faults.fault import Fault
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.products.telemetry import OTLP
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Move the target of the port, and wait until HTTP is taken there."""
    home, item = products.server(lab, "tempo")
    wrong = traces.carried_by(item, "grpc")

    def change(spec: Object) -> Object:
        return {
            "ports": [
                {**port, "targetPort": OTLP["http"]} if port["port"] == wrong else port
                for port in spec["ports"]
            ]
        }

    products.service(home, item.reservation.owner, change)
    until(
        f"port {wrong} of {item.plan} takes HTTP",
        lambda: traces.taken(lab, item, wrong, empty=True),
        within=30,
        every=0.3,
    )


FAULT = Fault(
    id="TE-03",
    title="the port for traces by gRPC leads to the receiver for HTTP",
    reds=frozenset({"REACH-001", "REACH-015"}),
    cause="REACH-001",
    inject=inject,
    source="opentelemetry-operator#3793; Tempo documentation",
)
