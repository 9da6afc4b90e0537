"""MetalLB itself: its components, its version, and the nodes that may announce."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.metallb import (
    EXCLUDE_LABEL,
    IGNORE_EXCLUDE_FLAG,
    announcing_nodes,
    excluded_nodes,
    speaker_nodes,
    speaker_version,
    spelled,
    unplanned,
    versions,
    workload,
)
from trueline.model.observation import ClusterFacts, NotObserved, Observation, WorkloadFact
from trueline.model.topology import Cluster
from trueline.requirements.metallb import LB_001, LB_002, LB_003, LB_019


def _health(cluster: Cluster, facts: ClusterFacts, component: str, kind: str) -> Iterator[Claim]:
    """One claim: the component exists, and all of its replicas (one at least) are ready."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    item = workload(facts, cluster.metallb.namespace, component)
    observed = f"no {kind} of it in namespace {cluster.metallb.namespace}"
    if item is not None:
        observed = f"{item.ready} of {item.desired} ready"
    if component == "speaker" and not _all_ready(item):
        observed += _without_speaker(facts, cluster.metallb.namespace)
    yield holds(
        f"{cluster} MetalLB {component}",
        _all_ready(item),
        expected="all ready, one at least",
        observed=observed,
        at=cluster.metallb.at,
        evidence=(facts.workloads.origin,),
    )


def _all_ready(item: WorkloadFact | None) -> bool:
    """Whether every replica is ready, and there is one."""
    return item is not None and item.ready == item.desired > 0


def _without_speaker(facts: ClusterFacts, namespace: str) -> str:
    """Which nodes lack a ready speaker, where nodes and pods could be seen."""
    if not isinstance(facts.nodes, Observation) or not isinstance(facts.pods, Observation):
        return ""
    names = {node.name for node in facts.nodes.value} - speaker_nodes(facts, namespace)
    return f", none ready on {', '.join(sorted(names))}" if names else ""


@check(LB_001, remedy="See `kubectl describe` of the controller's Deployment and of its pod.")
def controller_is_healthy(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """The MetalLB controller is running and ready."""
    yield from _health(cluster, facts, "controller", "Deployment")


@check(
    LB_002,
    remedy="See `kubectl describe` of the speakers' DaemonSet and pods: node selector, taints, the "
    "memberlist Secret.",
)
def speakers_are_healthy(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """A speaker is ready on every node that should have one, and on one at least."""
    yield from _health(cluster, facts, "speaker", "DaemonSet")


@check(LB_003, remedy="Install the planned version, or plan the one that runs.")
def metallb_version_is_as_planned(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """Controller and speakers run the planned version, as far as the plan spells it out."""
    planned = cluster.versions.get("metallb")
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    if planned is None:
        yield not_applicable(cluster, why="the plan names no MetalLB version", at=cluster.at)
        return
    wanted = planned.removeprefix("v")
    parts = wanted.count(".") + 1
    for component, running in versions(facts, cluster.metallb.namespace).items():
        yield holds(
            f"{cluster} MetalLB {component}",
            spelled(running[:parts]) == wanted,
            expected=wanted,
            observed=spelled(running),
            at=cluster.metallb.at,
            evidence=(facts.workloads.origin,),
        )


@check(
    LB_019,
    remedy=f"Remove the label {EXCLUDE_LABEL} from a node with a speaker, or start the speakers "
    f"with {IGNORE_EXCLUDE_FLAG}.",
)
def some_node_may_announce(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """At least one node with a speaker is not excluded from load balancing."""
    if cluster.metallb is None:
        yield unplanned(cluster)
        return
    namespace = cluster.metallb.namespace
    running = speaker_version(facts, namespace)
    candidates = announcing_nodes(facts, namespace)
    if not candidates:
        raise NotObserved(f"the API of cluster {cluster} lists no node")
    allowed = candidates - excluded_nodes(facts, namespace)
    yield holds(
        f"{cluster} MetalLB {spelled(running)}",
        bool(allowed),
        expected="a node with a speaker and without the exclusion label",
        observed=allowed or f"every one has it: {', '.join(sorted(candidates))}",
        at=cluster.metallb.at,
        evidence=(facts.nodes.origin, facts.pods.origin, facts.workloads.origin),
    )
