"""Where faults of traces strike: the first Tempo that another cluster sends to."""

from __future__ import annotations

import json
import secrets
import time

from tools.lab.errors import LabError
from tools.lab.lab import Lab
from tools.lab.products import arrival, spans, tempo
from tools.lab.products.telemetry import OTLP, Server

_JSON = {"Content-Type": "application/json"}


def query(item: Server) -> int:
    """The planned port for queries. Raises LabError where there is none."""
    found = tempo.query_port(item.reservation)
    if found is None:
        raise LabError(f"this fault needs a port of {item.plan} for queries")
    return found


def carried_by(item: Server, protocol: str) -> int:
    """The planned port for OTLP over `grpc` or `http`. Raises LabError where there is none."""
    for port, target in tempo.targets(item.reservation).items():
        if target == OTLP[protocol]:
            return port
    raise LabError(f"this fault needs a port of {item.plan} for OTLP over {protocol}")


def taken(lab: Lab, item: Server, port: int, *, empty: bool = False) -> bool:
    """Whether a port takes spans over HTTP; an `empty` push is none that is kept."""
    trace = secrets.token_hex(16)
    body = {} if empty else spans.span(trace, secrets.token_hex(8), time.time_ns())
    address, text = str(item.reservation.address), json.dumps(body).encode()
    headers = {**_JSON, **item.headers}
    said = arrival.request(
        lab.runner, address, port, "POST", "/v1/traces", headers=headers, body=text
    )
    return said is not None
