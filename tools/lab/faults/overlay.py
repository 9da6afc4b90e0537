"""Where faults of the pod network strike: what Flannel says of nodes, and the tunnels between."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

from tools.lab.cluster import LabCluster
from tools.lab.faults import clocks
from tools.lab.waiting import until

_PUBLIC = "flannel.alpha.coreos.com/public-ip"


def announce(cluster: LabCluster, told: Mapping[str, str]) -> None:
    """Let the API tell other tunnel addresses of nodes, which no Flannel follows yet.

    One that did would lose all traffic of these nodes, and with it what their pods happen to be.
    """
    _signal(cluster, signal.SIGSTOP)
    _write(cluster, told)


def retract(cluster: LabCluster) -> None:
    """Let the API tell every node's own address again, and Flannel go on."""
    _write(cluster, {machine.name: machine.spec.address for machine in cluster.machines})
    _signal(cluster, signal.SIGCONT)


def _signal(cluster: LabCluster, number: signal.Signals) -> None:
    for process in clocks.programs(cluster, "flanneld"):
        os.kill(process.pid, number)


def _write(cluster: LabCluster, told: Mapping[str, str]) -> None:
    for node, address in told.items():
        cluster.api.merge(
            f"/api/v1/nodes/{node}", {"metadata": {"annotations": {_PUBLIC: address}}}
        )

    def shown() -> bool:
        found = {
            item["metadata"]["name"]: item["metadata"].get("annotations", {}).get(_PUBLIC)
            for item in cluster.api.get("/api/v1/nodes")["items"]
        }
        return all(found.get(node) == address for node, address in told.items())

    until(f"{cluster.name}: the nodes tell their tunnel addresses", shown, within=10)
