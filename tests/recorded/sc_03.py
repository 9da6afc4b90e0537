"""SC-03: the pod network lies in the Service network, so no node gets a range of it."""

from __future__ import annotations

from tests.changes import with_cluster as with_plan
from tests.recorded.podless import HERE, REDS, UNKNOWNS, podless
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.address import Cidr
from trueline.model.topology import Topology


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """App is planned and built with half of its Service network as pod network."""
    topology = with_plan(topology, HERE, pods=(Cidr.parse("10.97.128.0/17"),))
    topology = with_plan(topology, HERE, services=(Cidr.parse("10.97.0.0/16"),))
    return topology, podless(topology, facts)


RECORDING = Recording(
    id="SC-03",
    title="the pod network lies in the Service network",
    source="kubernetes#103898",
    documented=(
        "The range allocator of the controller manager takes the Service network out of the pod "
        "network: nothing is left, every node gets the event CIDRNotAvailable and has no "
        "spec.podCIDR."
    ),
    change=change,
    reds=REDS | {"PLAN-004"},
    unknowns=UNKNOWNS,
    cause="PLAN-004",
)
