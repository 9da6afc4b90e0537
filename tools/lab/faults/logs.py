"""Where faults of logs strike: the first Loki that another cluster sends to, and its shipper."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from tools.lab import netns
from tools.lab.faults import products
from tools.lab.lab import Lab
from tools.lab.products import arrival, promtail
from tools.lab.products.telemetry import Server
from tools.lab.waiting import until
from trueline.model.product import Sender

LABELS = "/loki/api/v1/labels"
_PUSH = "/loki/api/v1/push"
_WITHIN = 90.0


def shipper(lab: Lab, change: Callable[[dict[str, Any]], None]) -> None:
    """Change what ships the logs so that none arrive, and take from Loki the lines that it has.

    Raises TimedOut where lines arrive still.
    """
    home, item = products.server(lab, "loki")
    cluster, sender = products.sender(lab, item)
    name = f"{item.plan.name}-promtail"
    products.reconfigure(cluster, sender.namespace, name, change, plural="daemonsets")
    products.renew(home, item)
    until(
        f"{item.plan} answers again, without lines of {sender.cluster}",
        lambda: (
            arrival.get(lab, item, item.port, LABELS) is not None and not heard(lab, item, sender)
        ),
        within=_WITHIN,
        every=0.3,
    )


def server(lab: Lab, change: Callable[[dict[str, Any]], None]) -> Server:
    """Change Loki itself, which starts anew without the lines that it had; returns when it runs."""
    home, item = products.server(lab, "loki")
    namespace, _, name = item.reservation.owner.partition("/")
    products.reconfigure(home, namespace, name, change)
    return item


def answers_with(lab: Lab, item: Server, status: int) -> None:
    """Wait until a line that somebody pushes is answered with a status. Raises TimedOut."""
    until(
        f"{item.plan} answers a push with HTTP {status}",
        lambda: _pushed(lab, item) == status,
        within=_WITHIN,
        every=0.3,
    )


def heard(lab: Lab, item: Server, sender: Sender) -> bool:
    """Whether lines of a sender arrive."""
    query = quote(promtail.fresh(sender))
    return products.result(lab, item, f"/loki/api/v1/query?query={query}")


def _pushed(lab: Lab, item: Server) -> int:
    """The status that a line of the lab's own gets; 0 where there is no answer."""
    stream = {"stream": {"job": "lab"}, "values": [[str(time.time_ns()), "a line of the lab"]]}
    headers = {"Content-Type": "application/json", **item.headers}
    address = str(item.reservation.address)
    connection = http.client.HTTPConnection(address, item.port)
    try:
        connection.sock = netns.connect(lab.runner, address, item.port, 2)
        connection.request("POST", _PUSH, json.dumps({"streams": [stream]}), headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
