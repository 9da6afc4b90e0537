"""One span through a collector, to see that it comes out in Tempo."""

from __future__ import annotations

import json
import secrets
import time

from tools.lab.lab import Lab
from tools.lab.products import collector
from tools.lab.products.arrival import awaited, get, request
from tools.lab.products.telemetry import OTLP, Server
from trueline.model.product import Sender

SERVICE = "trueline-lab"


def arrive(lab: Lab, server: Server, query: int, sender: Sender) -> None:
    """Send spans of one trace to the collector of a sender until the server finds the trace.

    `query` is the planned port for queries. A collector that could not reach its server tries
    again later and later (gRPC), so a server that is back may still miss spans for a while. Raises
    TimedOut.
    """
    trace = secrets.token_hex(16)

    def there() -> bool:
        _send(lab, sender, trace)
        return get(lab, server, query, f"/api/traces/{trace}") is not None

    awaited(lab, f"{server.plan.name}: spans of {sender.cluster} arrive", server, there)


def _send(lab: Lab, sender: Sender, trace: str) -> None:
    """Send a span to each collector pod, from its own node, as the kubelet's probes come.

    Network policies let nobody else in who stands outside the cluster.
    """
    pods = lab.cluster(sender.cluster).api.get(
        f"/api/v1/namespaces/{sender.namespace}/pods?labelSelector=app%3D{collector.NAME}"
    )
    body = json.dumps(span(trace, secrets.token_hex(8), time.time_ns())).encode()
    for pod in pods["items"]:
        address, node = pod["status"].get("podIP"), pod["spec"].get("nodeName")
        if address and node in lab.machines:
            request(
                lab.machine(node).pid,
                address,
                OTLP["http"],
                "POST",
                "/v1/traces",
                headers={"Content-Type": "application/json"},
                body=body,
            )


def span(trace: str, identity: str, now: int) -> dict[str, object]:
    """An OTLP request with one span of a millisecond; `now` is in nanoseconds."""
    return {
        "resourceSpans": [
            {
                "resource": {
                    "attributes": [{"key": "service.name", "value": {"stringValue": SERVICE}}]
                },
                "scopeSpans": [
                    {
                        "spans": [
                            {
                                "traceId": trace,
                                "spanId": identity,
                                "name": "arrival",
                                "kind": 1,
                                "startTimeUnixNano": str(now),
                                "endTimeUnixNano": str(now + 1_000_000),
                            }
                        ]
                    }
                ],
            }
        ]
    }
