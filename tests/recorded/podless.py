"""A cluster whose nodes never got a pod range: only what uses the network of its node runs."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.live import with_each
from tests.recorded.altering import (
    answers,
    in_cluster,
    received,
    stranded,
    told,
    unusable,
    with_cluster,
    with_facet,
)
from trueline.compare.facts import Facts
from trueline.model.observation import (
    ApplicationFact,
    ClusterFacts,
    EndpointFact,
    NodeFact,
    PodFact,
    ServiceFact,
    SyncedFact,
    WorkloadFact,
)
from trueline.model.probe import Answer
from trueline.model.topology import Topology

HERE, HOME = "app", "control"  # the cluster without pods, and the one that deploys to it
WHY = "the pod did not start: 0/3 nodes are available: 3 node(s) had untolerated taint(s)"
REDS = frozenset(
    {
        "CLU-012",
        "CLU-020",
        "CLU-040",
        "CLU-051",
        "CLU-070",
        "DNS-010",
        "ING-001",
        "ING-002",
        "ING-003",
        "L2-004",
        "LB-001",
        "LB-011",
        "LB-013",
        "REACH-001",
        "REACH-010",
        "REACH-012",
        "REACH-022",
        "REACH-030",
    }
)
UNKNOWNS = frozenset(
    {
        "CLU-006",
        "CLU-021",
        "CLU-022",
        "CLU-023",
        "CLU-033",
        "CLU-035",
        "CLU-060",
        "DNS-002",
        "DNS-003",
        "DNS-004",
        "DNS-005",
        "DNS-013",
        "DNS-020",
        "DNS-021",
        "DNS-022",
        "DNS-023",
        "DNS-030",
        "DNS-031",
        "DNS-040",
        "ING-004",
        "ISO-001",
        "ISO-002",
        "MTLS-001",
        "MTLS-002",
        "MTLS-004",
        "MTLS-005",
        "MTLS-006",
        "MTLS-007",
        "MTLS-008",
        "MTLS-009",
        "MTLS-010",
        "POL-001",
        "POL-002",
        "POL-003",
        "REACH-001",
        "REACH-002",
        "REACH-003",
        "REACH-004",
        "REACH-011",
        "REACH-013",
        "REACH-015",
        "REACH-020",
        "REACH-021",
        "TIME-001",
        "TIME-004",
        "TIME-010",
        "TIME-011",
        "VM-001",
        "VM-003",
    }
)
_ON_NODES = ("kube-router", "speaker")  # DaemonSets of the nodes' own network


def podless(topology: Topology, facts: Facts) -> Facts:
    """App as it is left by a controller manager that gives no node a pod range.

    Flannel says "node pod cidr not assigned" and restarts, no node becomes ready, and every pod
    with an address of its own stays pending. So MetalLB's controller assigns nothing, nobody
    delivers anything, and what is deployed from outside does not become healthy.
    """
    facts = with_cluster(facts, HERE, _without_pods)
    applications = facts.clusters[HOME].applications.value
    facts = with_facet(facts, HOME, "applications", tuple(map(_progressing, applications)))
    plan = topology.cluster(HERE)
    facts = stranded(facts, HERE, [item.address for item in plan.reservations])
    inside = [name for name in answers(facts).views if in_cluster(name, HERE) or name in _ACCOUNTS]
    return told(unusable(facts, inside, WHY), _nothing_arrived)


_ACCOUNTS = ("secrets-app", "stranger-app")


def _without_pods(cluster: ClusterFacts) -> ClusterFacts:
    for facet, change in (
        ("nodes", _rangeless),
        ("pods", _pending),
        ("endpoints", _of_the_api),
        ("workloads", _unready),
        ("services", _unassigned),
        ("external_secrets", _unsynced),
        ("secret_stores", _unsynced),
    ):
        cluster = with_each(cluster, facet, change)
    return cluster


def _rangeless(node: NodeFact) -> NodeFact:
    return replace(node, pod_cidrs=(), ready=False, flannel_public_ip=None)


def _pending(pod: PodFact) -> PodFact:
    if pod.name.startswith("kube-flannel-"):
        return replace(pod, ready=False, restarts=12)
    if pod.host_network:
        return pod
    return replace(pod, node=None, ips=(), phase="Pending", ready=False)


def _of_the_api(item: EndpointFact) -> EndpointFact | None:
    return item if item.pod is None else None


def _unready(item: WorkloadFact) -> WorkloadFact:
    return item if item.name in _ON_NODES else replace(item, ready=0)


def _unassigned(service: ServiceFact) -> ServiceFact:
    asked = {key: value for key, value in service.annotations.items() if "allocated" not in key}
    return replace(service, ingress=(), annotations=asked)


def _unsynced(item: SyncedFact) -> SyncedFact:
    return replace(item, ready=None, reason="", message="")


def _progressing(item: ApplicationFact) -> ApplicationFact:
    return replace(item, health="Progressing")


def _nothing_arrived(vantage: str, name: str, answer: Answer) -> Answer:
    if not name.startswith("what arrives in "):
        return answer
    kind = "streams" if " loki " in name else "matrix"
    said = {"status": "success", "data": {"resultType": kind, "result": []}}
    return replace(received(answer, 200, json.dumps(said)), settled=None)
