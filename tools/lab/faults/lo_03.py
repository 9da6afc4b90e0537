"""LO-03: a shipper takes the times of its lines for those of another zone: they are too new."""

from __future__ import annotations

from typing import Any

from tools.lab.faults import logs
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

# The time of a line of the container runtime, without its zone; then with a zone that is wrong.
_READ = {"regex": {"expression": r"^(?P<at>\d+-\d+-\d+T\d+:\d+:\d+)"}}
_ZONE = {"template": {"source": "at", "template": "{{ .Value }}-09:00"}}
_TIME = {"timestamp": {"source": "at", "format": "RFC3339"}}


def inject(lab: Lab) -> None:
    """Let the shipper date every line nine hours ahead, far beyond Loki's grace."""

    def change(config: dict[str, Any]) -> None:
        for scrape in config["scrape_configs"]:
            first, *rest = scrape["pipeline_stages"]
            scrape["pipeline_stages"] = [_READ, first, _ZONE, _TIME, *rest]

    logs.shipper(lab, change)


FAULT = Fault(
    id="LO-03",
    title="log lines are dated in the future, and refused",
    reds=frozenset({"REACH-012"}),
    inject=inject,
    source="loki#4694; fluent-bit PR#3785",
)
