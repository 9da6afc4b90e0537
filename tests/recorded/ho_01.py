"""HO-01: a master has another address after a reboot, and its API server keeps the old one."""

from __future__ import annotations

from dataclasses import replace

from tests.live import with_each
from tests.recorded.altering import cut, heard, in_cluster, macs, rewritten, silent, with_cluster
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.observation import EndpointFact
from trueline.model.probe import Reply
from trueline.model.topology import Topology

HERE, NODE, NOW = "app", "app-m1", "192.168.64.27"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """The node of App's API server has another lease, and --advertise-address is the old one.

    What stands in front of the API was told of it, so the API answers from outside. Pods are led
    by the Service `kubernetes` to where nobody is.
    """
    node = next(item for item in topology.cluster(HERE).nodes if item.name == NODE)
    old = node.addresses[0]
    service = str(topology.cluster(HERE).services[0].network[1])
    by = macs(facts, old)
    facts = rewritten(facts, HERE, str(old).replace(".", r"\."), lambda _: NOW)
    facts = heard(silent(facts, [old]), NOW, *by)

    def kept(item: EndpointFact) -> EndpointFact:
        return replace(item, address=old) if item.service == "default/kubernetes" else item

    def lost(vantage: str, reply: Reply) -> bool:
        return reply.peer == str(old) or (reply.peer == service and in_cluster(vantage, HERE))

    facts = with_cluster(facts, HERE, lambda cluster: with_each(cluster, "endpoints", kept))
    return topology, cut(facts, lost)


RECORDING = Recording(
    id="HO-01",
    title="the address of a control-plane node changed with a reboot",
    source="kubeadm#3299, #338; kubernetes#108453",
    documented=(
        "The Node object has the InternalIP that the kubelet found after the reboot, the "
        "EndpointSlice of the Service kubernetes lists the --advertise-address of the manifest, "
        "and nobody answers ARP for it any more."
    ),
    change=change,
    reds=frozenset({"CLU-010", "CLU-041", "CLU-060", "L2-001"}),
    unknowns=frozenset({"CLU-006", "TIME-001", "TIME-010", "TIME-011"}),
    cause="CLU-010",
)
