"""ML-23: the announcer of an address changes every few seconds."""

from __future__ import annotations

from dataclasses import replace

from tests.recorded.altering import heard, macs, with_facet
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.observation import EventFact
from trueline.model.topology import Topology

HERE, NODES = "control", ("control-w1", "control-w2")


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """Two nodes answer for one address by turns, and each turn leaves an event."""
    plan = topology.cluster(HERE)
    victim = plan.reservations[1]
    by = [macs(facts, node.addresses[0])[0] for node in plan.nodes if node.name in NODES]
    facts = heard(facts, victim.address, *by, *by)
    events = facts.clusters[HERE].events.value
    namespace, name = victim.owner.split("/")
    like = next(item for item in events if item.reason == "nodeAssigned")
    turns = tuple(_turn(like, namespace, name, NODES[n % 2]) for n in range(8))
    return topology, with_facet(facts, HERE, "events", (*events, *turns))


def _turn(like: EventFact, namespace: str, name: str, node: str) -> EventFact:
    message = f'announcing from node "{node}" with protocol "layer2"'
    return replace(like, namespace=namespace, object=name, message=message)


RECORDING = Recording(
    id="ML-23",
    title="the announcer of an address flaps",
    source="metallb#598, #2747",
    documented=(
        "The arping of the first issue, in which the MACs of two workers answer for one address by "
        "turns, and the nodeAssigned events of the speakers; the turns fall into the listening "
        "window."
    ),
    change=change,
    reds=frozenset({"L2-004"}),
    cause="L2-004",
)
