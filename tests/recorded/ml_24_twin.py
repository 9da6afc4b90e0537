"""What looks like ML-24: the announcer has changed, and the hosts were told."""

from __future__ import annotations

from tests.recorded.altering import heard, macs, remembering
from tests.recorded.ml_24 import HERE, HOST
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.topology import Topology


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """Another node answers for an address, and the host sends to that one."""
    plan = topology.cluster(HERE)
    victim = plan.reservations[0]
    (owner,) = macs(facts, victim.address)
    others = [macs(facts, node.addresses[0])[0] for node in plan.nodes]
    now = next(mac for mac in others if mac != owner)
    return topology, remembering(heard(facts, victim.address, now), HOST, victim, now)


RECORDING = Recording(
    id="ML-24 twin",
    title="another node announces an address, and the hosts know it",
    source="metallb#584; MetalLB documentation, layer 2 mode",
    documented=(
        "Another node answers ARP for the address, and the neighbour tables of clients hold its "
        "MAC, because it sent gratuitous frames when it took over."
    ),
    change=change,
)
