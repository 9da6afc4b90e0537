"""Where faults of Grafana strike: the data sources of its stand-in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tools.lab.errors import LabError
from tools.lab.faults import products
from tools.lab.lab import Lab
from tools.lab.products import arrival

_SOURCES = "-sources="
Source = dict[str, Any]


def reprovision(lab: Lab, change: Callable[[Source], None]) -> str:
    """Change the first data source that sends a tenant along, and wait until Grafana runs.

    Its name. Raises LabError where there is none.
    """
    namespace, name, cluster, _, _ = _grafana(lab)
    path = f"/apis/apps/v1/namespaces/{namespace}/deployments/{name}"
    api = lab.cluster(cluster).api
    (container,) = api.get(path)["spec"]["template"]["spec"]["containers"]
    (text,) = (word for word in container["args"] if word.startswith(_SOURCES))
    found: list[Source] = json.loads(text.removeprefix(_SOURCES))
    for source in found:
        if source.get("headers"):
            break
    else:
        raise LabError("this fault needs a data source that sends a tenant along")
    change(source)
    container["args"] = [
        f"{_SOURCES}{json.dumps(found)}" if word == text else word for word in container["args"]
    ]
    api.merge(path, {"spec": {"template": {"spec": {"containers": [container]}}}})
    products.runs(lab.cluster(cluster), path)
    return str(source["name"])


def answer(lab: Lab, path: str) -> Source | None:
    """What Grafana says at a path of its data sources; None where it is not well there."""
    *_, address, port = _grafana(lab)
    said = arrival.request(
        lab.runner, address, port, "GET", f"/api/datasources/uid/{path}", headers={}
    )
    return None if said is None else dict(json.loads(said))


def _grafana(lab: Lab) -> tuple[str, str, str, str, int]:
    """(namespace, name, cluster, address, port) of the first Grafana. Raises LabError."""
    held = {f"reservation:{item}": item for item in lab.topology.reservations}
    for product in lab.topology.products:
        if product.kind == "grafana" and product.stand_in and product.target in held:
            at = held[product.target]
            namespace, _, name = at.owner.partition("/")
            return namespace, name, at.cluster, str(at.address), at.ports[0].number
    raise LabError("this fault needs a Grafana")
