"""Pods and Services made in a real API server, `since` to `until` of each.

Given its `kubeconfig`. Pods get the status that a kubelet would write; nothing runs.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from tools.bench import kube_objects
from tools.bench.acts.telling import Json, given, tell
from tools.lab.waiting import until
from trueline.probes.kube_access import Unreachable
from trueline.probes.kube_client import Api, Refused, connect

_PODS, _SERVICES = "/api/v1/namespaces/default/pods", "/api/v1/namespaces/default/services"
_KEPT = ("name", "labels", "annotations", "ownerReferences")
_AT_ONCE = 4
_READY = 60.0  # seconds


def main() -> None:
    """Wait until the API is there, make them, and tell how many."""
    words = given()
    api = connect("app", words["kubeconfig"], 30.0)
    until("the API server is ready", lambda: _ready(api), within=_READY)
    numbers = range(words["since"], words["until"])
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for one in (pod, service):
            list(pool.map(partial(one, api), numbers))
    tell(made=len(numbers))


def pod(api: Api, number: int) -> None:
    """Make a pod that runs, as far as the API can tell."""
    item = kube_objects.pod(number)
    made = api.post(_PODS, {**_asked(item), "spec": item["spec"]})
    api.put(f"{_PODS}/{made['metadata']['name']}/status", {**made, "status": item["status"]})


def service(api: Api, number: int) -> None:
    """Make a ClusterIP Service, at an address of the API's own choice."""
    item = kube_objects.service(number)
    chosen = ("clusterIP", "clusterIPs")
    spec = {key: value for key, value in item["spec"].items() if key not in chosen}
    api.post(_SERVICES, {**_asked(item), "spec": spec})


def _asked(item: Json) -> dict[str, Any]:
    meta = {key: value for key, value in item["metadata"].items() if key in _KEPT}
    return {"metadata": meta}


def _ready(api: Api) -> bool:
    try:
        return "metadata" in api.get(f"{_SERVICES}/kubernetes")  # the API makes it by itself, last
    except (Unreachable, Refused):
        return False


if __name__ == "__main__":
    main()
