"""Where faults of the pod network strike: what Flannel says of nodes, and the tunnels between."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from ipaddress import IPv4Network, ip_network

from tools.lab import netns
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.faults import clocks
from tools.lab.faults.fault import second
from tools.lab.lab import Lab
from tools.lab.machine import Machine
from tools.lab.waiting import until

_PUBLIC = "flannel.alpha.coreos.com/public-ip"
_VXLAN = 8472
_KUBELET = 10250


# --- what is told of nodes


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


# --- tunnels between hosts


def parted(lab: Lab) -> tuple[LabCluster, Machine, Machine]:
    """The cluster, and the two of its nodes, between whose hosts faults part the tunnel.

    They are its last worker and its first control plane. No reserved address has pods on a control
    plane, so nobody else needs what the host of the worker sends there. Raises LabError.
    """
    cluster = second(lab)
    worker = cluster.machines[-1]
    if cluster.plan.cni.kind != "flannel" or worker.spec.role == "control-plane":
        raise LabError("this fault needs a cluster with Flannel and a worker")
    return cluster, worker, cluster.first


def pod_range(cluster: LabCluster, machine: Machine) -> IPv4Network:
    """The pod range of a node. Raises LabError where it is none of IPv4."""
    text = cluster.api.get(f"/api/v1/nodes/{machine.name}")["spec"]["podCIDR"]
    network = ip_network(text)
    if not isinstance(network, IPv4Network):
        raise LabError(f"this fault needs an IPv4 pod range, and {machine.name} has {network}")
    return network


def sent(cluster: LabCluster, sender: Machine, receiver: Machine) -> str:
    """The words of nft for what the host of a node itself sends through its tunnel to another.

    All that goes through the tunnel would be whatever the pods of the two happen to do. The host
    has the first address of the node's pod range there; it stands in the inner packet, behind the
    headers of UDP, VXLAN and Ethernet (8, 8 and 14 bytes) and 12 bytes into that of IP.
    """
    inner = int(pod_range(cluster, sender)[0])
    outer = f"ip saddr {sender.spec.address} ip daddr {receiver.spec.address}"
    return f"{outer} udp dport {_VXLAN} @th,{8 * (8 + 8 + 14 + 12)},32 {inner}"


def dead(cluster: LabCluster, sender: Machine, receiver: Machine) -> None:
    """Wait until the host of a node does not reach another's through the tunnel. Raises TimedOut.

    It still must on the wire.
    """
    far = str(pod_range(cluster, receiver)[0])

    def lost() -> bool:
        try:
            netns.connect(sender.pid, far, _KUBELET, 1).close()
        except OSError:
            return True
        return False

    until(f"the tunnel from {sender.name} to {receiver.name} is dead", lost, within=20)
    netns.connect(sender.pid, receiver.spec.address, _KUBELET, 2).close()
