"""ML-24: the old announcer is back and announces nothing, so hosts go on sending to the other."""

from __future__ import annotations

from tests.recorded.altering import macs, remembering
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.topology import Topology

HERE, HOST = "control", "runner"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """The elected node answers for an address, and a host sends to one that stood in for it.

    That one has given the address up. Its kube-proxy passes on what it gets all the same.
    """
    plan = topology.cluster(HERE)
    victim = plan.reservations[0]
    (owner,) = macs(facts, victim.address)
    others = [macs(facts, node.addresses[0])[0] for node in plan.nodes]
    before = next(mac for mac in others if mac != owner)
    return topology, remembering(facts, HOST, victim, before)


RECORDING = Recording(
    id="ML-24",
    title="an announcer that is back does not say so",
    source="metallb#584",
    documented=(
        "The node whose link was down answers ARP for the address again without a gratuitous "
        "frame, and the neighbour table of a client that kept talking holds the MAC of the node "
        "that answered meanwhile."
    ),
    change=change,
    reds=frozenset({"L2-007"}),
    cause="L2-007",
)
