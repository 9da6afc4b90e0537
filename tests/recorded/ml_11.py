"""ML-11: after an upgrade, a label that MetalLB used to ignore keeps every node from announcing."""

from __future__ import annotations

from dataclasses import replace

from tests.changes import with_cluster as with_plan
from tests.live import with_each
from tests.recorded.altering import stranded, with_cluster
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.metallb import EXCLUDE_LABEL
from trueline.model.observation import NodeFact, WorkloadFact
from trueline.model.topology import Topology

HERE, OLD, NEW = "control", "0.13.12", "0.14.5"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """Control runs MetalLB 0.14.5, as planned, and each of its nodes carries the label."""
    plan = topology.cluster(HERE)
    topology = with_plan(topology, HERE, versions={**plan.versions, "metallb": NEW})
    facts = with_cluster(
        facts,
        HERE,
        lambda cluster: with_each(cluster, "nodes", _labelled),
        lambda cluster: with_each(cluster, "workloads", _upgraded),
    )
    return topology, stranded(facts, HERE, [item.address for item in plan.reservations])


def _labelled(node: NodeFact) -> NodeFact:
    return replace(node, labels={**node.labels, EXCLUDE_LABEL: ""})


def _upgraded(item: WorkloadFact) -> WorkloadFact:
    return replace(
        item,
        images=tuple(
            image.replace(f":v{OLD}", f":v{NEW}") if "/metallb/" in image else image
            for image in item.images
        ),
    )


RECORDING = Recording(
    id="ML-11",
    title="every node is excluded from load balancing, and the new MetalLB heeds it",
    source="metallb#2274; talos#10291",
    documented=(
        "Nodes with the label node.kubernetes.io/exclude-from-external-load-balancers under images "
        "of 0.14.5, which leave such nodes out since 0.14.2 (MetalLB release notes): no speaker "
        "answers ARP, while Services keep their addresses."
    ),
    change=change,
    reds=frozenset(
        {
            "ING-001",
            "ING-002",
            "ING-003",
            "L2-004",
            "LB-019",
            "MTLS-001",
            "MTLS-008",
            "REACH-001",
            "REACH-003",
            "REACH-010",
            "REACH-011",
            "REACH-012",
            "REACH-013",
            "REACH-015",
            "REACH-020",
            "REACH-040",
        }
    ),
    unknowns=frozenset(
        {
            "ING-004",
            "ISO-004",
            "MTLS-002",
            "MTLS-004",
            "MTLS-007",
            "REACH-014",
            "REACH-021",
            "TIME-004",
        }
    ),
    cause="LB-019",
)
