"""The containers of MetalLB: whether one of them was ended shortly before it was looked at."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.model.check import check
from trueline.model.claim import Claim, holds, some, unknown
from trueline.model.metallb import component_of, unplanned
from trueline.model.observation import ClusterFacts, EndedFact, NotObserved, PodFact
from trueline.model.topology import Cluster
from trueline.requirements.metallb import LB_024

_COMPONENTS = ("controller", "speaker")
_WITHIN = 600.0  # seconds, as the requirement says
_EXPECTED = f"no container ended within {_WITHIN:.0f} s"


@check(
    LB_024,
    remedy="See `kubectl describe` of the pod (liveness probe, memory, events) and `kubectl logs "
    "--previous`.",
)
def metallb_runs_undisturbed(cluster: Cluster, facts: ClusterFacts) -> Iterator[Claim]:
    """No container of MetalLB's speakers and controller was ended shortly before it was seen."""
    balancer = cluster.metallb
    if balancer is None:
        yield unplanned(cluster)
        return
    placed = _placed(facts, balancer.namespace)
    if not placed:
        raise NotObserved("no node has a pod of MetalLB, see LB-001 and LB-002")
    for component, node, pod in placed:
        subject = f"{cluster} MetalLB {component} on {node}"
        evidence = (facts.pods.origin,)
        if pod.restarts and not pod.ended:
            times = _times(pod.restarts)
            yield unknown(
                subject,
                expected=_EXPECTED,
                why=f"it is not told when its containers were ended, {times} so far",
                at=balancer.at,
                evidence=evidence,
            )
            continue
        # A clock that is ahead would let it be ended later than it was seen.
        ages = {item: max(0.0, facts.pods.at - item.at) for item in pod.ended}
        latest = sorted(ages, key=lambda item: (ages[item], item.container))
        yield holds(
            subject,
            all(age > _WITHIN for age in ages.values()),
            expected=_EXPECTED,
            observed=some([_told(item, ages[item]) for item in latest]),
            at=balancer.at,
            evidence=evidence,
        )


def _placed(facts: ClusterFacts, namespace: str) -> list[tuple[str, str, PodFact]]:
    """Component, node and pod of MetalLB's pods that have a node; others have run nothing yet."""
    found = [
        (component, pod.node, pod)
        for pod in facts.pods.value
        for component in (component_of(pod.labels),)
        if pod.namespace == namespace and component in _COMPONENTS and pod.node
    ]
    return sorted(found, key=lambda item: (*item[:2], item[2].name))


def _told(item: EndedFact, age: float) -> str:
    how = "exit code not told" if item.code is None else f"exit code {item.code} ({item.reason})"
    when = f"{age:.0f} s before"
    return f"container {item.container} was ended {when}, {how}, {_times(item.times)} so far"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
