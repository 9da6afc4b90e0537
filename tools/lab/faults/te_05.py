"""TE-05: the receivers of a cluster's collector listen to their own host alone."""

from __future__ import annotations

from typing import Any

from tools.lab import netns
from tools.lab.faults import products
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab.products import collector
from tools.lab.products.telemetry import OTLP
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Bind the receivers to the loopback address; the collector goes on to say that it is well."""
    _, item = products.server(lab, "tempo")
    cluster, sender = products.sender(lab, item)

    def change(config: dict[str, Any]) -> None:
        for found in config["receivers"]["otlp"]["protocols"].values():
            found["endpoint"] = f"127.0.0.1{found['endpoint']}"

    products.reconfigure(cluster, sender.namespace, collector.NAME, change)
    path = f"/api/v1/namespaces/{sender.namespace}/pods?labelSelector=app%3D{collector.NAME}"

    def shut() -> bool:
        pods = [
            (lab.machine(pod["spec"]["nodeName"]).pid, pod["status"]["podIP"])
            for pod in cluster.api.get(path)["items"]
            if "deletionTimestamp" not in pod["metadata"] and "podIP" in pod["status"]
        ]
        return bool(pods) and not any(_open(*pod, port) for pod in pods for port in OTLP.values())

    until(f"the collector of {cluster.name} is shut", shut, within=30, every=0.3)


def _open(pid: int, address: str, port: int) -> bool:
    try:
        netns.connect(pid, address, port, 1).close()
    except ConnectionRefusedError:
        return False
    except OSError:
        return True
    return True


FAULT = Fault(
    id="TE-05",
    title="the receivers of a cluster's collector listen on localhost alone",
    reds=frozenset({"POL-001"}),
    inject=inject,
    source="OpenTelemetry Collector changelog (#8510)",
)
