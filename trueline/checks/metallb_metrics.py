"""What MetalLB says of itself: whether it runs on the configuration that is there."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.codec import metrics
from trueline.model.check import check
from trueline.model.claim import Claim, holds, not_applicable
from trueline.model.metallb import unplanned
from trueline.model.observation import ClusterFacts, NotObserved
from trueline.model.probe import Answers
from trueline.model.topology import Cluster, Topology
from trueline.questions import speakers
from trueline.requirements.metallb import LB_023

_STALE = "metallb_k8s_client_config_stale_bool"
_LOADED = "metallb_k8s_client_config_loaded_bool"


@check(
    LB_023,
    remedy="Look for the error in the log of the speaker and of the controller; mend or delete the "
    "pool or advertisement that it names.",
)
def speakers_run_on_the_present_configuration(
    cluster: Cluster, topology: Topology, facts: ClusterFacts, answers: Answers
) -> Iterator[Claim]:
    """Each speaker has loaded a configuration, and none has rejected a later one."""
    balancer = cluster.metallb
    if balancer is None:
        yield unplanned(cluster)
        return
    if balancer.metrics_port is None:
        why = "the plan does not say where its metrics are told"
        yield not_applicable(cluster, why=why, at=balancer.at)
        return
    found = speakers.speakers(cluster, facts)
    if not found:
        raise NotObserved("no speaker is ready, see LB-002")
    for node in found:
        told = speakers.text(answers, topology, node)
        loaded, stale = _value(told, _LOADED), _value(told, _STALE)
        observed = "the present one"
        if stale == 1:
            observed = "an older one, and it rejected the present one"
        elif loaded != 1:
            observed = "none yet"
        yield holds(
            f"{cluster} speaker on {node.name}",
            loaded == 1 and stale == 0,
            expected="the present configuration",
            observed=observed,
            at=balancer.at,
            evidence=(answers.origin(str(speakers.asker(topology))), facts.pods.origin),
        )


def _value(text: str, name: str) -> float:
    """The value of a metric without labels. Raises NotObserved when it is not told."""
    for _, value in metrics.values(text, name):
        return value
    raise NotObserved(f"the metrics have no {name}")
