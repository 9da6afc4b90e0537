"""What looks like HO-08: no API server of the cluster runs."""

from __future__ import annotations

from tests.recorded.ho_08 import FIRST, SECOND, UNKNOWNS, with_master, without_api
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.topology import Topology


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """App has two masters, and neither of their API servers runs."""
    topology, facts = with_master(topology, facts)
    return topology, without_api(facts, [FIRST, SECOND])


RECORDING = Recording(
    id="HO-08 twin",
    title="all API servers of a cluster are stopped",
    source="kubernetes#88648; kubeadm documentation, highly available clusters",
    documented=(
        "The server of the kubeconfig accepts connections and resets them, and its "
        "members refuse connections at their own addresses: the control plane is down, not the "
        "way to it."
    ),
    change=change,
    reds=frozenset({"CLU-001", "REACH-001", "VM-001", "VM-003"}),
    unknowns=frozenset(UNKNOWNS.split()),
    cause="CLU-001",
)
