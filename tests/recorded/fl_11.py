"""FL-11: both clusters have the pod network that Flannel comes with."""

from __future__ import annotations

from tests.recorded.altering import retold, rewritten
from tests.recorded.recording import Recording
from tests.recorded.twins import among_twins
from trueline.compare.facts import Facts
from trueline.model.topology import Topology

PLANNED = r"10\.245\.\d+\.\d+"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """App was built with 10.244.0.0/16, as Control was, and not with the planned network."""
    facts = retold(rewritten(facts, "app", PLANNED, _stock), PLANNED, _stock)
    return topology, among_twins(facts)


def _stock(address: str) -> str:
    return address.replace("10.245.", "10.244.", 1)


RECORDING = Recording(
    id="FL-11",
    title="both clusters use the same pod network",
    source="Istio documentation, deployment models; Submariner documentation",
    documented=(
        "Flannel's manifest says Network 10.244.0.0/16 unless it is changed: nodes of both "
        "clusters have the same spec.podCIDR, and a pod that asks for a pod of the other cluster "
        "gets to one of its own."
    ),
    change=change,
    reds=frozenset({"CLU-021", "CLU-023", "CLU-060", "ISO-001", "REACH-002"}),
    unknowns=frozenset({"ISO-001", "REACH-002"}),
    cause="CLU-021",
)
