"""The tunnels between the nodes of a cluster, by which the pods of one reach those of another."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.shown import broken
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable, unknown
from trueline.model.observation import ClusterFacts, NotObserved
from trueline.model.places import at_node
from trueline.model.probe import Answers
from trueline.model.topology import Cluster
from trueline.questions import tunnels
from trueline.requirements.clusters import CLU_061

_EXPECTED = "every other node answers through its tunnel"


@check(
    CLU_061,
    remedy="Let UDP port 8472 pass between the nodes named, firewalls and switches included; see "
    "that no other route or bridge covers the pod range of either.",
)
def nodes_reach_each_other(
    cluster: Cluster, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """Every node reaches every other node of its cluster through the tunnels of the pod network."""
    if not tunnels.has_tunnels(cluster):
        why = f"the planned CNI is {cluster.cni.kind} without VXLAN, the tunnels of which are known"
        yield not_applicable(cluster, why=why, at=cluster.cni.at)
        return
    found = tunnels.ends(cluster, facts)
    if len(found) < 2:
        why = "fewer than two nodes have a pod range"
        yield not_applicable(cluster, why=why, at=cluster.at)
        return
    for node in sorted(found):
        others = [
            (other, address)
            for other, addresses in sorted(found.items())
            for address in addresses
            if other != node
        ]
        yield _claim(cluster, node, others, answers)


def _claim(cluster: Cluster, node: str, others: list[tuple[str, str]], answers: Answers) -> Claim:
    """What one node was told by the ends of the others' tunnels."""
    vantage, subject = at_node(cluster.name, node), f"{cluster}/{node}"
    at = next((item.at for item in cluster.nodes if item.name == node), cluster.at)
    lost = []
    try:
        for other, address in others:
            reply = answers.of(vantage, tunnels.name(address)).last
            if not tunnels.came_through(reply):
                lost.append(f"{other} ({address}): {broken(reply)}")
    except NotObserved as gap:
        return unknown(subject, expected=_EXPECTED, why=str(gap), at=at)
    return holds(
        subject,
        not lost,
        expected=_EXPECTED,
        observed="; ".join(lost) or "all do",
        at=at,
        evidence=(answers.origin(vantage),),
    )
