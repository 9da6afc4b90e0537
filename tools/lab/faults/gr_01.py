"""GR-01: a data source of Grafana leads to a port that nobody planned."""

from __future__ import annotations

from tools.lab.faults import dashboards
from tools.lab.faults.dashboards import Source
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Give the data source the port after its own."""
    urls = []

    def change(source: Source) -> None:
        host, _, port = source["url"].rpartition(":")
        source["url"] = f"{host}:{int(port) + 1}"
        urls.append(source["url"])

    name = dashboards.reprovision(lab, change)
    until(
        f"the data source {name} leads to {urls[0]}",
        lambda: (dashboards.answer(lab, name) or {}).get("url") == urls[0],
        within=30,
        every=0.3,
    )


FAULT = Fault(
    id="GR-01",
    title="a data source of Grafana leads elsewhere",
    reds=frozenset({"REACH-040"}),
    inject=inject,
    source="grafana#43050",
)
