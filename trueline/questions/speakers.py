"""What each MetalLB speaker says of itself: its metrics, asked at the address of its node.

Source: MetalLB, Metrics (metallb.io/prometheus-metrics): `metallb_speaker_announced`,
`metallb_k8s_client_config_stale_bool`.
"""

from __future__ import annotations

from collections.abc import Iterator

from trueline.codec import http, metrics
from trueline.model.address import Address, in_url
from trueline.model.metallb import speaker_nodes
from trueline.model.observation import ClusterFacts, NotObserved
from trueline.model.places import hosts
from trueline.model.probe import Answers, Request, Step
from trueline.model.topology import Cluster, Node, Topology
from trueline.questions.question import Question, Scene, each, probe

_ANNOUNCED = "metallb_speaker_announced"


def speakers(cluster: Cluster, facts: ClusterFacts) -> tuple[Node, ...]:
    """The planned nodes with a ready speaker. Raises NotObserved where no pods could be listed."""
    if cluster.metallb is None:
        return ()
    running = speaker_nodes(facts, cluster.metallb.namespace)
    return tuple(node for node in cluster.nodes if node.name in running and node.addresses)


def asker(topology: Topology) -> str | None:
    """The host that asks them all; None where the plan has none."""
    return next(iter(hosts(topology)), None)


def told_by(node: Node) -> str:
    """The name of the question what the speaker of a node says of itself."""
    return f"metrics of the speaker on {node}"


def text(answers: Answers, topology: Topology, node: Node) -> str:
    """The metrics of the speaker of a node. Raises NotObserved, with what came instead."""
    vantage = asker(topology)
    if vantage is None:
        raise NotObserved("no host is planned that could ask")
    reply = answers.of(vantage, told_by(node)).last
    if reply.outcome != "answered":
        raise NotObserved(f"the speaker on {node} tells no metrics: {reply.outcome}")
    try:
        answer = http.answer(reply)
    except http.NotHttp as error:
        raise NotObserved(f"the speaker on {node} tells no metrics: {error}") from error
    if answer.status != 200:
        raise NotObserved(f"the speaker on {node} tells no metrics: HTTP {answer.status}")
    return answer.text


def announcers(
    answers: Answers, topology: Topology, cluster: Cluster, facts: ClusterFacts, address: Address
) -> tuple[str, ...]:
    """The nodes whose speakers say that they announce an address. Raises NotObserved."""
    found = []
    for node in speakers(cluster, facts):
        told = metrics.values(text(answers, topology, node), _ANNOUNCED)
        if any(labels.get("ip") == str(address) and value == 1 for labels, value in told):
            found.append(node.name)
    return tuple(found)


def asked(scene: Scene) -> Iterator[Question]:
    """The metrics of every speaker of the clusters whose plan says where they are told."""

    def of_cluster(cluster: Cluster) -> Iterator[Question]:
        vantage = asker(scene.topology)
        balancer = cluster.metallb
        if vantage is None or balancer is None or balancer.metrics_port is None:
            return
        for node in speakers(cluster, scene.facts(cluster.name)):
            host = str(node.addresses[0])
            request = Request(method="GET", path="/metrics", host=in_url(host))
            step = Step(
                transport="tcp",
                host=host,
                port=balancer.metrics_port,
                request=request,
                read="close",
            )
            yield Question(
                vantage=vantage, name=told_by(node), probe=probe(scene.topology.budgets, step)
            )

    yield from each(scene.topology.clusters, of_cluster)
