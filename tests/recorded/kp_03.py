"""KP-03: under the traffic policy Local, pods of nodes without an endpoint get no answer."""

from __future__ import annotations

from tests.live import with_one
from tests.recorded.altering import cut, heard, in_cluster, macs, remembering, with_cluster
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.topology import Topology

HERE, OWNER = "control", "monitoring/prometheus"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """The only endpoint's node announces the address, and callers on the other nodes time out."""
    plan = topology.cluster(HERE)
    item = next(item for item in plan.reservations if item.owner == OWNER)
    address = item.address
    cluster = facts.clusters[HERE]
    node = next(end.node for end in cluster.endpoints.value if end.service == OWNER)
    home = next(one for one in plan.nodes if one.name == node)
    facts = with_cluster(
        facts,
        HERE,
        lambda cluster: with_one(cluster, "services", OWNER, external_traffic_policy="Local"),
    )
    (mac,) = macs(facts, home.addresses[0])
    facts = remembering(heard(facts, address, mac), "runner", item, mac)
    # Every pod that a run probes from is on another node.
    facts = cut(
        facts,
        lambda vantage, reply: (
            reply.peer == str(address)
            and in_cluster(vantage, HERE)
            and not vantage.endswith(f"/{node}")
        ),
    )
    return topology, facts


RECORDING = Recording(
    id="KP-03",
    title="callers on nodes without an endpoint do not reach an address with policy Local",
    source="metallb#258",
    documented=(
        "kube-proxy drops what a node without a local endpoint sends to an address of a Service "
        "with externalTrafficPolicy Local, as the issue has it; who comes in by the announcing "
        "node is served."
    ),
    change=change,
    reds=frozenset({"REACH-003"}),
    cause="REACH-003",
)
