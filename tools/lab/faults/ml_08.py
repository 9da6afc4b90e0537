"""ML-08: the Secret of memberlist is missing, and a speaker that starts anew waits for it."""

from __future__ import annotations

from tools.lab import baseline, whohas
from tools.lab.faults import announcers
from tools.lab.faults.fault import Fault, addresses, second
from tools.lab.kubeapi import Object
from tools.lab.lab import Lab
from tools.lab.spec import mac
from tools.lab.waiting import until

_SPACE = "/api/v1/namespaces/metallb-system"
_SECRET = f"{_SPACE}/secrets/memberlist"


def _ready(pod: Object) -> bool:
    conditions = pod["status"].get("conditions", [])
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def inject(lab: Lab) -> None:
    """Delete the Secret, and the speaker of the last node; its successor cannot start."""
    cluster = second(lab)
    node = cluster.machines[-1].name
    cluster.api.delete(_SECRET)
    for pod in announcers.speakers(cluster, node):
        cluster.api.delete(f"{announcers.PODS}/{pod['metadata']['name']}")

    def waits() -> bool:
        events = cluster.api.get(f"{_SPACE}/events?fieldSelector=reason%3DFailedMount")["items"]
        missed = {event["involvedObject"]["name"] for event in events}
        mine = announcers.speakers(cluster, node)
        return len(mine) == 1 and not _ready(mine[0]) and mine[0]["metadata"]["name"] in missed

    until(f"the speaker of {node} waits for its Secret", waits, within=30, every=0.3)
    # The others take its addresses over: nobody is cut off.
    gone = {mac(node, 0)}

    def taken_over() -> bool:
        heard = [whohas.macs(lab.runner, item) for item in addresses(cluster)]
        return all(len(macs) == 1 and macs != gone for macs in heard)

    until(f"{node} announces nothing", taken_over, within=30)


def undo(lab: Lab) -> None:
    """Bring the Secret back, and make the speaker anew: it would look again only after minutes."""
    cluster = second(lab)
    cluster.api.create(baseline.load(cluster)[_SECRET])
    for pod in announcers.speakers(cluster):
        if not _ready(pod):
            cluster.api.delete(f"{announcers.PODS}/{pod['metadata']['name']}", grace=0)


FAULT = Fault(
    id="ML-08",
    title="the Secret of memberlist is missing, and a speaker that starts anew waits for it",
    reds=frozenset({"LB-002"}),
    inject=inject,
    undo=undo,
    source="MetalLB release notes 0.10.0, 0.13.9, 0.15.0 (#2549)",
)
