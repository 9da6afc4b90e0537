"""HO-02: after an upgrade of the host, machines get addresses of another subnet."""

from __future__ import annotations

from dataclasses import replace

from tests.recorded.altering import cut, rewritten, silent, stranded, told
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.probe import Answer
from trueline.model.topology import Topology

HERE, PLANNED = "app", r"192\.168\.64\.2\d"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """The nodes of App have addresses of 192.168.252.0/24, and the pool is not on their segment.

    The machine in front of the API was told of them, so the API answers as before.
    """
    plan = topology.cluster(HERE)
    planned = [str(address) for node in plan.nodes for address in node.addresses]
    facts = rewritten(facts, HERE, PLANNED, _elsewhere)
    facts = stranded(facts, HERE, [item.address for item in plan.reservations])
    facts = silent(facts, planned)
    facts = told(facts, _of_speakers)
    return topology, cut(facts, lambda _, reply: reply.peer in planned)


def _of_speakers(vantage: str, name: str, answer: Answer) -> Answer:
    """Speakers are asked where the Node objects say that they are."""
    if not name.startswith(f"metrics of the speaker on {HERE}/"):
        return answer
    replies = (replace(one, peer=_elsewhere(str(one.peer))) for one in answer.replies)
    return replace(answer, replies=tuple(replies))


def _elsewhere(address: str) -> str:
    return address.replace("192.168.64.", "192.168.252.", 1)


RECORDING = Recording(
    id="HO-02",
    title="the nodes of a cluster are in another subnet than planned",
    source="multipass#3792, #4383",
    documented=(
        "The hypervisor's bridge has another network after an upgrade: Node objects have "
        "InternalIPs of it, and nobody on the planned segment answers ARP for the nodes or for "
        "what they announce."
    ),
    change=change,
    reds=frozenset(
        {
            "CLU-010",
            "CLU-041",
            "ING-001",
            "ING-002",
            "ING-003",
            "L2-001",
            "L2-004",
            "MTLS-001",
            "MTLS-008",
            "REACH-001",
            "REACH-003",
        }
    ),
    unknowns=frozenset(
        {
            "CLU-006",
            "ING-004",
            "MTLS-002",
            "MTLS-004",
            "MTLS-007",
            "TIME-001",
            "TIME-004",
            "TIME-010",
            "TIME-011",
        }
    ),
    cause="CLU-010",
)
