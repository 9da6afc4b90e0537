"""ML-32: a speaker is killed on its node, as by the kernel or by its liveness probe, and is back.

All looks well again at once; what had been connected to the addresses that it announces was not.
"""

from __future__ import annotations

from tools.lab import clock, whohas
from tools.lab.cluster import LabCluster
from tools.lab.errors import LabError
from tools.lab.faults import announcers
from tools.lab.faults.fault import Fault, addresses, second
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.waiting import until

_WITHIN = 60.0


def _speaker(cluster: LabCluster) -> Object | None:
    """The speaker of the last node; None while there is none, or a second one."""
    found = announcers.speakers(cluster, cluster.machines[-1].name)
    return found[0] if len(found) == 1 else None


def _ready(pod: Object | None, restarts: int) -> bool:
    """Whether a pod is ready, and its only container was started anew so often."""
    states = pod["status"].get("containerStatuses", []) if pod is not None else []
    return [(item["ready"], item["restartCount"]) for item in states] == [(True, restarts)]


def _heard(lab: Lab, cluster: LabCluster) -> list[set[str]]:
    return [whohas.macs(lab.runner, item) for item in addresses(cluster)]


def inject(lab: Lab) -> None:
    """Kill the speaker of the last node; wait until it runs again and announces what it did."""
    cluster = second(lab)
    node, pod, before = cluster.machines[-1], _speaker(cluster), _heard(lab, cluster)
    if pod is None or any(len(macs) != 1 for macs in before):
        raise LabError("this fault needs addresses that are announced, and a speaker of each node")
    restarts = sum(item["restartCount"] for item in pod["status"]["containerStatuses"])
    for process in clock.programs(node, "speaker"):
        process.kill()
    until(
        f"the speaker of {node.name} runs again",
        lambda: _ready(_speaker(cluster), restarts + 1),
        within=_WITHIN,
        every=0.3,
    )
    until(
        f"the addresses of {cluster.name} are where they were",
        # One that has just started does not hear the others yet: it must stay so for a while.
        lambda: all(_heard(lab, cluster) == before for _ in range(2)),
        within=_WITHIN,
        every=0.5,
    )


def undo(lab: Lab) -> None:
    """Make the speaker anew: nothing of the new one was ever ended."""
    cluster = second(lab)
    old = _speaker(cluster)
    if old is not None:
        # In its own time: a new one on the same ports would be ended in turn.
        cluster.api.delete(f"{announcers.PODS}/{old['metadata']['name']}")
    until(
        f"a new speaker runs on {cluster.machines[-1].name}",
        lambda: _ready(_speaker(cluster), 0),
        within=_WITHIN,
        every=0.3,
    )


FAULT = Fault(
    id="ML-32",
    title="a speaker was killed and runs again",
    reds=frozenset({"LB-024"}),
    inject=inject,
    undo=undo,
    source="metallb#1539; Kubernetes, Liveness, Readiness and Startup Probes",
)
