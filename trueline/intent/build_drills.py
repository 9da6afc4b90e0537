"""From the form of the drills to values, each with the line it was written on."""

from __future__ import annotations

from collections.abc import Callable

from trueline.intent.schema_drills import DrillsForm
from trueline.intent.tree import Path
from trueline.model.drill import API_SERVER, CONTROLLER, DNS, FAILOVER, RECREATE, Drill
from trueline.model.source import Source


def drills(form: DrillsForm, at: Callable[[Path], Source]) -> tuple[Drill, ...]:
    """Every planned drill: what disturbs least comes first."""
    found: list[Drill] = []
    for kind, listed in ((FAILOVER, form.failover), (RECREATE, form.recreate)):
        for index, item in enumerate(listed):
            cluster, _, name = item.partition("/")
            where = at(("drills", kind, index))
            found.append(Drill(kind=kind, cluster=cluster, name=name, at=where))
    for kind, clusters in ((CONTROLLER, form.controller), (DNS, form.dns)):
        for index, cluster in enumerate(clusters):
            found.append(Drill(kind=kind, cluster=cluster, at=at(("drills", kind, index))))
    if form.api_server is not None:
        stop, start = form.api_server.stop, form.api_server.start
        for index, cluster in enumerate(form.api_server.clusters):
            where = at(("drills", API_SERVER, "clusters", index))
            one = Drill(kind=API_SERVER, cluster=cluster, stop=stop, start=start, at=where)
            found.append(one)
    return tuple(found)
