"""FL-04: the controller manager gives no node a pod range."""

from __future__ import annotations

from tests.recorded.podless import REDS, UNKNOWNS, podless
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.topology import Topology


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """App was built without --allocate-node-cidrs."""
    return topology, podless(topology, facts)


RECORDING = Recording(
    id="FL-04",
    title="no node has a pod range",
    source="flannel documentation, troubleshooting",
    documented=(
        "Nodes without spec.podCIDR, on which Flannel restarts with 'node pod cidr not assigned' "
        "and the kubelet is not ready, because no network is configured for pods."
    ),
    change=change,
    reds=REDS,
    unknowns=UNKNOWNS,
    cause="CLU-020",
)
