"""What must stay apart, tried at every address instead of samples."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.checks.isolation import Pair, apart, inside
from trueline.model.check import check
from trueline.model.claim import Claim
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answers
from trueline.model.topology import Cluster, Topology
from trueline.questions import deep
from trueline.requirements.isolation import ISO_001, ISO_002


@check(ISO_001, remedy="Find what leads to this one pod: a route of its own, a NAT rule, a bridge.")
def every_pod_stays_apart(
    pair: Pair, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """Pods of the first cluster do not connect to any ready pod of the second, on any port."""
    yield from apart(pair, topology, facts, answers, deep.every_pod)


@check(ISO_002, remedy="Find what leads to this one ClusterIP: a route of its own, a proxy, NAT.")
def every_cluster_ip_stays_inside(
    cluster: Cluster, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """No ClusterIP takes connections from hosts, nor from pods of other clusters, on any port."""
    yield from inside(cluster, topology, facts, answers, deep.every_cluster_ip)
