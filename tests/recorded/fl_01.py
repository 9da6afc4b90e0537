"""FL-01: Flannel's network is not the one that the nodes have their ranges of."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from tests.recorded.altering import cut, in_cluster, macs, unanswered
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.probe import Reply
from trueline.model.topology import Topology

HERE = "app"
PROBING = "app-m1"  # the node of the pods that a run starts in app
CALLER = "mesh-app"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """What needs a tunnel between two nodes of App gets lost.

    To a Service with several endpoints, kube-proxy is taken to choose the one of the own node.
    """
    facts = cut(facts, _between_nodes(topology, facts))
    # The gateway and the workload are on other nodes than the announcer and the caller.
    facts = unanswered(facts, HERE)
    return topology, unanswered(facts, HERE, CALLER)


def _between_nodes(topology: Topology, facts: Facts) -> Callable[[str, Reply], bool]:
    cluster, plan = facts.clusters[HERE], topology.cluster(HERE)
    behind: dict[str, set[str | None]] = {}  # address of a Service -> nodes of its endpoints
    for service in cluster.services.value:
        nodes = {item.node for item in cluster.endpoints.value if item.service == service.key}
        for address in (*service.cluster_ips, *service.ingress):
            behind[str(address)] = nodes
    announcing = {
        str(item.address): next(
            node.name
            for node in plan.nodes
            if macs(facts, node.addresses[0]) == macs(facts, item.address)
        )
        for item in plan.reservations
    }
    pods = [
        (ip_network(text), node.name) for node in cluster.nodes.value for text in node.pod_cidrs
    ]

    def is_lost(vantage: str, reply: Reply) -> bool:
        if vantage == CALLER:
            return False  # its sidecar takes every connection, and tells what became of it
        peer = str(reply.peer)
        start = _node(vantage) if in_cluster(vantage, HERE) else announcing.get(peer)
        ends = {node for network, node in pods if ip_address(peer) in network}
        ends |= {node for node in behind.get(peer, ()) if node is not None}
        return start is not None and bool(ends) and start not in ends

    return is_lost


def _node(vantage: str) -> str:
    return vantage.partition("/")[2] if vantage.startswith("nodes:") else PROBING


RECORDING = Recording(
    id="FL-01",
    title="Flannel's Network is another than the controller manager's --cluster-cidr",
    source="flannel#1428, #1983, #1054",
    documented=(
        "With net-conf.json of 10.244.0.0/16 and pod ranges of 10.245.0.0/16, pods get addresses "
        "and reach their own node, and what goes to another node is not taken up by the tunnel: it "
        "times out."
    ),
    change=change,
    reds=frozenset(
        {
            "CLU-061",
            "DNS-002",
            "ING-001",
            "ING-002",
            "ING-003",
            "MTLS-001",
            "MTLS-008",
            "POL-001",
            "REACH-001",
            "REACH-003",
        }
    ),
    unknowns=frozenset(
        {
            "DNS-005",
            "DNS-013",
            "DNS-021",
            "DNS-022",
            "DNS-030",
            "DNS-031",
            "DNS-040",
            "ING-004",
            "MTLS-002",
            "MTLS-004",
            "MTLS-005",
            "MTLS-006",
            "MTLS-007",
            "MTLS-009",
            "MTLS-010",
            "TIME-004",
        }
    ),
    cause="CLU-061",
)
