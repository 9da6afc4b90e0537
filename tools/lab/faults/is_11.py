"""IS-11: istiod has a remote Secret, and does not reach the API server that it names."""

from __future__ import annotations

import base64
import json

from tools.lab.faults import meshes
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import istio_access
from tools.lab.waiting import until

_CLOSED = 6444
"""A port of the API's address where nobody listens."""


def inject(lab: Lab) -> None:
    """Make the caller's remote Secret anew, with another port in it.

    A Secret that is changed would leave istiod with what it has read until it reads it all again.
    """
    item = meshes.workload(lab)
    caller, path = meshes.remote_secret(lab, item)
    secret = caller.api.get(path)
    config = json.loads(base64.b64decode(secret["data"][item.cluster]))
    server = config["clusters"][0]["cluster"]
    server["server"] = f"{server['server'].rpartition(':')[0]}:{_CLOSED}"
    caller.api.delete(path)
    meshes.forgotten(lab, item)
    kept = {key: secret["metadata"][key] for key in ("name", "namespace", "labels", "annotations")}
    data = {item.cluster: json.dumps(config)}
    caller.api.create({"apiVersion": "v1", "kind": "Secret", "metadata": kept, "stringData": data})
    # A cluster that istiod forgets before it has given up would be reported as given up later on,
    # in the place of the one that is read again.
    until(
        f"{caller.name}: istiod gives up reading {item.cluster}",
        lambda: (istio_access.progress(caller) or {}).get(item.cluster) == "timeout",
        within=60,
    )
    meshes.cut_off(lab, item)


def undo(lab: Lab) -> None:
    """Let istiod forget the cluster; the reset makes the Secret as it was."""
    item = meshes.workload(lab)
    caller, path = meshes.remote_secret(lab, item)
    caller.api.delete(path)
    meshes.forgotten(lab, item)


FAULT = Fault(
    id="IS-11",
    title="a remote Secret leads to where no API server is",
    reds=frozenset({"MTLS-008", "MTLS-010"}),
    cause="MTLS-010",
    inject=inject,
    undo=undo,
    source="istio.io#15911; istio#45992",
)
