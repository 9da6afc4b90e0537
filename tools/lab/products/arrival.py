"""Whether what senders deliver has arrived, asked over HTTP from the runner."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Mapping

from tools.lab import netns
from tools.lab.lab import Lab
from tools.lab.products.telemetry import Server
from tools.lab.waiting import until

_WITHIN = 60.0


def arrived(lab: Lab, what: str, server: Server, path: str) -> None:
    """Wait until a query of the Prometheus or Loki API, at `path`, finds something.

    Raises TimedOut.
    """
    awaited(lab, what, server, lambda: found(get(lab, server, server.port, path)))


def awaited(lab: Lab, what: str, server: Server, test: Callable[[], bool]) -> None:
    """Wait until a test of what has come to a server is true. Raises TimedOut.

    Without MetalLB no address answers, and nothing is awaited.
    """
    if "metallb" in lab.record.without:
        return
    until(
        what,
        test,
        within=_WITHIN,
        every=0.2,
        fix=f"python -m tools.lab pod {server.reservation.cluster} get pods,svc -A -o wide",
    )


def found(answer: bytes | None) -> bool:
    """Whether an answer of the Prometheus or Loki API holds a result."""
    try:
        data = json.loads(answer or b"{}").get("data")
    except ValueError:
        return False
    return bool(data.get("result") if isinstance(data, Mapping) else data)


def get(lab: Lab, server: Server, port: int, path: str) -> bytes | None:
    """What the runner GETs from a server under its tenant; None where the answer is not 200."""
    address = str(server.reservation.address)
    return request(lab.runner, address, port, "GET", path, headers=server.headers)


def request(
    pid: int,
    address: str,
    port: int,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None = None,
) -> bytes | None:
    """What an HTTP request from the network of a process brings; None where it is not 200."""
    connection = http.client.HTTPConnection(address, port)
    try:
        connection.sock = netns.connect(pid, address, port, 1)
        connection.request(method, path, body, headers=dict(headers))
        answer = connection.getresponse()
        text = answer.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    return text if answer.status == 200 else None
