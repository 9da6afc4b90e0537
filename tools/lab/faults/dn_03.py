"""DN-03: look-ups in a zone take longer than anybody waits, because a slow server is on the way."""

from __future__ import annotations

import re

from tools.lab.faults import names
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

_SECONDS = 0.8


def inject(lab: Lab) -> None:
    """Let the second cluster forward the first zone to a machine that takes its time."""
    zone = names.zone(lab).name
    slow = names.forwarded(zone, names.slow_server(lab, _SECONDS))
    block = re.compile(rf"^({re.escape(zone)}:53 {{\n.*?)^}}\n", re.M | re.S)
    names.configure(lab, lambda text: block.sub(lambda _: slow, text))


FAULT = Fault(
    id="DN-03",
    title="look-ups in a zone are slow",
    reds=frozenset({"DNS-040"}),
    inject=inject,
    source="nodejs/node#4207; minikube#22654",
)
