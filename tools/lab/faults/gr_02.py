"""GR-02: a data source of Grafana sends no tenant along, and what it asks is refused."""

from __future__ import annotations

from tools.lab.faults import dashboards
from tools.lab.faults.dashboards import Source
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Take its headers from the data source, as queries on behalf of nobody lose them."""

    def change(source: Source) -> None:
        del source["headers"]

    name = dashboards.reprovision(lab, change)
    until(
        f"the data source {name} gets no answer",
        lambda: (
            dashboards.answer(lab, name) is not None
            and dashboards.answer(lab, f"{name}/health") is None
        ),
        within=30,
        every=0.3,
    )


FAULT = Fault(
    id="GR-02",
    title="a data source of Grafana sends no tenant, and is refused",
    reds=frozenset({"REACH-040"}),
    inject=inject,
    source="grafana#33197",
)
