"""HO-01: a node has come back with another address than planned."""

from __future__ import annotations

from tools.lab.errors import LabError
from tools.lab.faults.fault import Fault, second
from tools.lab.lab import Lab
from tools.lab.waiting import until


def inject(lab: Lab) -> None:
    """Let the kubelet of the second cluster's last worker register another address of its card.

    The planned one stays, or all that the node holds would be lost with it.
    """
    cluster = second(lab)
    machine = cluster.machines[-1]
    if len(machine.spec.addresses) > 1 or machine.spec.role == "control-plane":
        raise LabError("this fault needs a worker with one address")
    network = lab.topology.segment(cluster.plan.segment).cidr.network
    moved = str(network[-2])
    card = [f"{moved}/{network.prefixlen}", "dev", "eth0"]
    machine.change(["ip", "addr", "add", *card], ["ip", "addr", "del", *card])
    machine.service_restart("kubelet", f"--node-ip={moved}", grace=2)

    def told() -> bool:
        found = cluster.api.get(f"/api/v1/nodes/{machine.name}")["status"]["addresses"]
        addresses = [item["address"] for item in found if item["type"] == "InternalIP"]
        return addresses == [moved] and machine.name in cluster.ready_nodes()

    until(f"{machine.name} is Ready at {moved}", told, within=60, every=0.3)


FAULT = Fault(
    id="HO-01",
    title="a node has another address than planned",
    reds=frozenset({"CLU-010", "CLU-040"}),
    cause="CLU-010",
    inject=inject,
    source="kubeadm#3299, #338; kubernetes#108453",
)
