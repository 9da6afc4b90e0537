"""What looks like HO-01: a master has another address after a reboot, beside the one it had."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

from tests.live import with_each
from tests.recorded.altering import heard, macs, with_cluster
from tests.recorded.ho_01 import HERE, NODE, NOW
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.observation import NodeFact
from trueline.model.topology import Topology


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """The node of App's API server answers for one address more, and its Node object names it."""
    node = next(item for item in topology.cluster(HERE).nodes if item.name == NODE)

    def more(item: NodeFact) -> NodeFact:
        mine = item.name == NODE
        return replace(item, addresses=(ip_address(NOW), *item.addresses)) if mine else item

    facts = with_cluster(facts, HERE, lambda cluster: with_each(cluster, "nodes", more))
    return topology, heard(facts, NOW, *macs(facts, node.addresses[0]))


RECORDING = Recording(
    id="HO-01 twin",
    title="a control-plane node got a second address with a reboot",
    source="kubeadm#3299; Kubernetes documentation, Nodes, addresses",
    documented=(
        "The Node object lists the new InternalIP first and the planned one after it, and the "
        "machine answers ARP for both: what was told the planned one finds it still."
    ),
    change=change,
)
