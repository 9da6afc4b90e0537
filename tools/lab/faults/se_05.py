"""SE-05: a reserved Service serves a port that nobody planned."""

from __future__ import annotations

from tools.lab import netns
from tools.lab.errors import LabError
from tools.lab.faults import products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.waiting import until

_PORT = 22


def inject(lab: Lab) -> None:
    """Add the port of ssh to a reserved Service, in front of what it serves anyway."""
    for item in lab.topology.reservations:
        plain = [port for port in item.ports if port.application == "http"]
        if plain and len(item.ports) == 1:
            break
    else:
        raise LabError("this fault needs a reservation with one plain port")
    cluster = lab.cluster(item.cluster)
    path = products.path(item.owner)
    ports = cluster.api.get(path)["spec"]["ports"]
    more = {"name": "more", "port": _PORT, "targetPort": ports[0]["targetPort"]}
    cluster.api.merge(path, {"spec": {"ports": [*ports, more]}})

    def open_now() -> bool:
        try:
            netns.connect(lab.runner, str(item.address), _PORT, 1).close()
        except OSError:
            return False
        return True

    until(f"{item.address} takes connections on port {_PORT}", open_now, within=30)


FAULT = Fault(
    id="SE-05",
    title="a reserved address takes connections on a port that nobody planned",
    reds=frozenset({"ISO-003"}),
    inject=inject,
    source="architecture review V-08",
)
