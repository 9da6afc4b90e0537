"""IS-09: that only the nearest replicas answer is what locality preference is for."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from ipaddress import ip_address

from tests.live import with_more
from tests.recorded.altering import retold, told, with_cluster
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.observation import ClusterFacts, EndpointFact, PodFact
from trueline.model.probe import Answer
from trueline.model.topology import Topology

BESIDE, ADDRESS = "10.244.2.8", "10.244.2.28"  # of a pod of hello, and of the replica
HERE, AWAY, SERVICE = "control", "app", "apps/app1-mesh"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """Control has a replica of app1 as well, and its callers hear of no other."""
    facts = with_cluster(facts, HERE, _with_replica)
    # Of the pods of a node, strangers try the first one that is listed, which is the replica now.
    facts = retold(facts, re.escape(BESIDE), lambda _: ADDRESS)
    return topology, told(facts, _answered_nearby)


def _with_replica(cluster: ClusterFacts) -> ClusterFacts:
    beside: PodFact = next(pod for pod in cluster.pods.value if ip_address(BESIDE) in pod.ips)
    address = ip_address(ADDRESS)
    pod = replace(beside, name="app1-65c9b6f4-near1", labels={"app": "app1"}, ips=(address,))
    end = EndpointFact(
        service=SERVICE,
        slice=f"{SERVICE}-near1",
        address=address,
        ready=True,
        node=pod.node,
        pod=f"{pod.namespace}/{pod.name}",
        ports=((8080, "TCP"),),
    )
    return with_more(with_more(cluster, "pods", pod), "endpoints", end)


def _answered_nearby(vantage: str, name: str, answer: Answer) -> Answer:
    if (vantage, name) != (f"mesh-{HERE}", "call app/app1"):
        return answer
    said = base64.b64decode(answer.last.received)
    near = said.replace(f'"cluster":"{AWAY}"'.encode(), f'"cluster":"{HERE}"'.encode())
    near = near.replace(b"content-length: 141", b"content-length: 145")
    received = base64.b64encode(near).decode()
    return replace(answer, replies=(replace(answer.last, received=received),))


RECORDING = Recording(
    id="IS-09",
    title="only the replicas of the caller's own cluster answer",
    source="Istio documentation, troubleshooting multicluster and locality load balancing",
    documented=(
        "With a DestinationRule that prefers a locality, a caller gets answers of its own cluster "
        "only, as long as there is a healthy replica: behaviour as documented."
    ),
    change=change,
)
