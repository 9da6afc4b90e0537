"""The way from a Service to the segment: every rung can be the one that does not hold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from tests.live import changed, facts_for, seen, unseen
from tests.worlds import world
from trueline.diagnose import walk as walking
from trueline.diagnose.evidence import Evidence
from trueline.diagnose.incidents import incidents
from trueline.diagnose.ladder import takes
from trueline.diagnose.parts import needs
from trueline.diagnose.telling import lines, told
from trueline.diagnose.walk import walk
from trueline.model.frame import NeighbourReply
from trueline.model.metallb import EXCLUDE_LABEL, component_of
from trueline.model.observation import ClusterFacts, NotObserved, SegmentFacts, ServiceFact, Wire

PLAN = world()
VAULT = next(item for item in PLAN.reservations if item.name == "vault")
PARTS = (f"address:{VAULT.address}",)
FACTS = facts_for(PLAN)
NODE = PLAN.cluster("control").nodes[0].name


def wire(*macs: str) -> Wire:
    replies = {str(VAULT.address): tuple(NeighbourReply(mac=mac, after=0.001) for mac in macs)}
    heard = SegmentFacts(segment="lan", interface="eth0", window=1.0, replies=replies)
    return {"lan": seen(heard)}


def evidence(
    control: ClusterFacts = FACTS["control"], said: tuple[str, ...] = (NODE,), *macs: str,
    app: ClusterFacts = FACTS["app"],
) -> Evidence:  # fmt: skip
    return Evidence(
        topology=PLAN,
        clusters={"control": control, "app": app},
        wire=wire(*macs),
        announcers=lambda *_: said,
    )


def last(found: Evidence) -> str:
    """The rung at which the walk ends."""
    return str(walk("L2-004", PARTS, found)[-1])


def services(**changes: Any) -> ClusterFacts:
    """Control, with the Service of the reservation changed."""
    facts = FACTS["control"]
    other: tuple[ServiceFact, ...] = tuple(
        replace(item, **changes) if item.key == VAULT.owner else item
        for item in facts.services.value
    )
    return changed(facts, "services", other)


def without_speaker() -> ClusterFacts:
    facts = FACTS["control"]
    left = tuple(pod for pod in facts.pods.value if component_of(pod.labels) != "speaker")
    return changed(facts, "pods", left)


def excluded() -> ClusterFacts:
    facts = FACTS["control"]
    nodes = tuple(
        replace(node, labels={**node.labels, EXCLUDE_LABEL: ""}) for node in facts.nodes.value
    )
    newer = tuple(
        replace(item, images=tuple(image.replace("0.13.12", "0.14.5") for image in item.images))
        for item in facts.workloads.value
    )
    return changed(changed(facts, "nodes", nodes), "workloads", newer)


def endpoints(*, ready: bool = True, **changes: Any) -> ClusterFacts:
    facts = services(external_traffic_policy="Local")
    other = tuple(
        replace(item, ready=ready, **changes) if item.service == VAULT.owner else item
        for item in facts.endpoints.value
    )
    return changed(facts, "endpoints", other)


def test_the_walk_tells_every_rung_up_to_the_broken_one() -> None:
    assert [str(rung) for rung in walk("L2-004", PARTS, evidence())] == [
        "its Service holds it: yes, vault/vault",
        "no other cluster gives it away: yes",
        "a pool has it: yes, reserved",
        "an L2Advertisement selects the pool: yes, l2-reserved",
        "a node that it chooses has a ready speaker: yes, "
        "control-cp-1, control-worker-1, control-worker-2",
        "such a node may announce: yes, control-cp-1, control-worker-1, control-worker-2",
        "its Service has a ready endpoint: yes, 1 on control-cp-1",
        "one speaker says that it announces it: yes, control-cp-1",
        "the answers of one machine arrive on the segment: NO, none do: they are lost between "
        "that node and the segment",
    ]


@pytest.mark.parametrize(
    ("found", "end"),
    [
        (evidence(services(ingress=())), "its Service holds it: NO, no Service does"),
        (
            evidence(app=changed(FACTS["app"], "services", FACTS["control"].services.value)),
            "no other cluster gives it away: NO, app does",
        ),
        (evidence(changed(FACTS["control"], "pools", ())), "a pool has it: NO, none does"),
        (
            evidence(changed(FACTS["control"], "advertisements", ())),
            "an L2Advertisement selects the pool: NO, none does",
        ),
        (
            evidence(without_speaker()),
            "a node that it chooses has a ready speaker: NO, none of control-cp-1, "
            "control-worker-1, control-worker-2",
        ),
        (
            evidence(excluded()),
            "such a node may announce: NO, all carry the label "
            "node.kubernetes.io/exclude-from-external-load-balancers",
        ),
        (evidence(endpoints(ready=False)), "its Service has a ready endpoint: NO, none is ready"),
        (
            evidence(endpoints(node=None)),
            "its Service has a ready endpoint: NO, externalTrafficPolicy is Local, and no ready "
            "endpoint names its node",
        ),
        (
            evidence(FACTS["control"], ()),
            "one speaker says that it announces it: NO, none does: look at the logs of the "
            "speakers in metallb-system",
        ),
        (
            evidence(FACTS["control"], ("a", "b")),
            "one speaker says that it announces it: NO, a and b do: they do not hear each other "
            "(memberlist, port 7946)",
        ),
        (
            evidence(FACTS["control"], (NODE,), "02:00:00:00:00:01", "02:00:00:00:00:02"),
            "the answers of one machine arrive on the segment: NO, 02:00:00:00:00:01, "
            "02:00:00:00:00:02",
        ),
    ],
)
def test_a_walk_ends_where_something_is_missing(found: Evidence, end: str) -> None:
    assert last(found) == end


def rungs(found: Evidence) -> list[str]:
    return [str(rung) for rung in walk("L2-004", PARTS, found)]


def test_all_that_hold_select_or_speak_are_named() -> None:
    facts = FACTS["control"]
    (vault,) = (item for item in facts.services.value if item.key == VAULT.owner)
    twin = replace(vault, namespace="other", name="twin")
    shared = changed(facts, "services", (*facts.services.value, twin))
    assert rungs(evidence(shared))[0] == "its Service holds it: yes, other/twin, vault/vault"
    (l2,) = (item for item in facts.advertisements.value if item.name == "l2-reserved")
    twice = changed(facts, "advertisements", (l2, replace(l2, name="second")))
    assert rungs(evidence(twice))[3] == (
        "an L2Advertisement selects the pool: yes, l2-reserved, second"
    )


def test_a_node_without_a_speaker_may_not_announce() -> None:
    facts = FACTS["control"]
    left = tuple(
        pod
        for pod in facts.pods.value
        if component_of(pod.labels) != "speaker" or pod.node != "control-worker-1"
    )
    assert rungs(evidence(changed(facts, "pods", left)))[4:6] == [
        "a node that it chooses has a ready speaker: yes, control-cp-1, control-worker-2",
        "such a node may announce: yes, control-cp-1, control-worker-2",
    ]


def test_a_segment_that_nobody_listened_on_tells_nothing() -> None:
    with pytest.raises(NotObserved, match=r"^nobody listened on its segment$"):
        walking._heard(replace(evidence(), wire={}), VAULT.address)


def test_what_was_not_observed_is_said_and_walked_past() -> None:
    blind = evidence(unseen(FACTS["control"], "pools", "the kubeconfig may not list pools"))
    found = [str(rung) for rung in walk("L2-004", PARTS, blind)]
    assert found[2].startswith("a pool has it: not observed, ")
    assert found[2].endswith("the kubeconfig may not list pools")
    assert found[-1].startswith("the answers of one machine arrive on the segment: NO")


def test_where_nothing_is_broken_or_known_there_is_no_walk() -> None:
    well = evidence(FACTS["control"], (NODE,), "02:00:00:00:00:01")
    assert walk("L2-004", PARTS, well) == ()
    assert walk("L2-004", PARTS, replace(well, wire={})) == ()
    assert walk("L2-004", PARTS, replace(well, clusters={})) == ()
    assert walk("L2-004", ("address:192.0.2.1",), well) == ()
    assert walk("DNS-001", PARTS, well) == ()


def test_a_pool_that_is_gone_is_advertised_by_nobody() -> None:
    with pytest.raises(NotObserved, match=r"^no pool has it$"):
        walking._advertised(changed(FACTS["control"], "pools", ()), VAULT.address)


@dataclass(frozen=True)
class Red:
    requirement: str = "L2-004"
    subject: str = "control/vault"
    severity: str = "blocker"
    observed: str = "nobody answers"
    line: str = "L2-004 control/vault: nobody answers."
    needs: tuple[str, ...] = tuple(sorted(needs(VAULT, PLAN)))
    takes: tuple[str, ...] = takes("L2-004", VAULT)


def test_an_incident_is_told_with_the_way_to_its_cause() -> None:
    (incident,) = incidents([Red()])
    assert lines([told(incident, PLAN, evidence(services(ingress=())))])[:2] == [
        "L2-004 control/vault: nobody answers.",
        "    way: its Service holds it: NO, no Service does",
    ]
    assert not any("way:" in line for line in lines([told(incident, PLAN)]))


def test_an_incident_without_a_way_is_told_without_one() -> None:
    (incident,) = incidents([Red(requirement="DNS-001")])
    assert told(incident, PLAN, evidence()).way == ()
