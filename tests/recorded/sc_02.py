"""SC-02: a Service network is written with host bits, and is another one than a reader sees."""

from __future__ import annotations

from tests.changes import with_cluster as with_plan
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.address import Cidr
from trueline.model.topology import Topology


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """The plan of App writes an address inside its Service network."""
    return with_plan(topology, "app", services=(Cidr.parse("10.97.128.0/16"),)), facts


RECORDING = Recording(
    id="SC-02",
    title="the Service network is written with host bits",
    source="kubernetes#76864",
    documented=(
        "The API server masks --service-cluster-ip-range without a word: the flag says "
        "10.97.128.0/16, and the ServiceCIDR object 10.97.0.0/16."
    ),
    change=change,
    reds=frozenset({"PLAN-001"}),
    cause="PLAN-001",
)
