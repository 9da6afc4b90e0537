"""HO-08: the endpoint of an API leads to one of two API servers, and that one is stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from ipaddress import ip_address

from tests.changes import with_cluster as with_plan
from tests.live import unseen
from tests.recorded.altering import (
    also_asked,
    answers,
    heard,
    in_cluster,
    told,
    unusable,
    with_cluster,
)
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answer, Reply
from trueline.model.topology import Topology

HERE, FRONT, FIRST, SECOND = "app", "192.168.64.9", "192.168.64.20", "192.168.64.21"
SILENT = f"https://{FRONT}:6443 does not answer: Connection reset by peer"
_INSIDE = ("secrets-app", "stranger-app")


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """App has two masters, and what stands in front of them leads to the second alone."""
    topology, facts = with_master(topology, facts)
    return topology, without_api(facts, [SECOND])


def with_master(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """App with one control-plane node more, whose machine is on the segment."""
    plan = topology.cluster(HERE)
    first = plan.control_planes[0]
    second = replace(first, name="app-m2", addresses=(ip_address(SECOND),))
    topology = with_plan(topology, HERE, nodes=(*plan.nodes, second))
    facts = heard(facts, SECOND, "02:00:00:00:20:21")
    for again in ("", " again"):
        asked = f"clock of {FIRST} port 6443{again}"
        facts = also_asked(facts, "runner", asked, asked.replace(FIRST, SECOND))
    return topology, facts


def without_api(facts: Facts, stopped: Iterable[str]) -> Facts:
    """What a run sees of App where the endpoint leads to nobody, for API servers are stopped.

    Nothing can be asked of the API, and so nothing from pods and nodes of the cluster either.
    """
    facts = with_cluster(facts, HERE, _silenced)
    inside = [name for name in answers(facts).views if in_cluster(name, HERE) or name in _INSIDE]
    facts = unusable(facts, inside, SILENT)
    doors = dict.fromkeys(stopped, _REFUSED) | dict.fromkeys([FRONT, f"api:{HERE}"], _RESET)

    def change(_: str, name: str, answer: Answer) -> Answer:
        for door, reply in doors.items():
            if f" {door} port 6443" in name:
                return replace(answer, replies=(reply,), settled=None)
        return answer

    return told(facts, change)


def _silenced(cluster: ClusterFacts) -> ClusterFacts:
    for facet in fields(cluster):
        if facet.name != "name":
            cluster = unseen(cluster, facet.name, SILENT)
    return cluster


_RESET = Reply(
    outcome="reset", reached="tcp", broke="tls", peer=FRONT, seconds={"resolve": 0.0, "tcp": 0.001}
)
_REFUSED = Reply(outcome="refused", reached="route", broke="tcp", seconds={"resolve": 0.0})

# Whatever is said of App rests on its API, or on what is asked from inside it.
UNKNOWNS = (
    "CLU-003 CLU-004 CLU-006 CLU-010 CLU-011 CLU-012 CLU-020 CLU-021 CLU-022 CLU-023 CLU-030 "
    "CLU-031 CLU-032 CLU-033 CLU-034 CLU-035 CLU-036 CLU-037 CLU-038 CLU-040 CLU-041 CLU-050 "
    "CLU-051 CLU-060 CLU-061 CLU-070 DNS-002 DNS-003 DNS-004 DNS-005 DNS-010 DNS-013 DNS-020 "
    "DNS-021 DNS-022 DNS-023 DNS-030 DNS-031 DNS-040 ING-005 ISO-001 ISO-002 L2-005 L2-008 "
    "LB-001 LB-002 LB-003 LB-004 LB-005 LB-006 LB-007 LB-008 LB-009 LB-010 LB-011 LB-012 LB-013 "
    "LB-014 LB-015 LB-016 LB-017 LB-018 LB-019 LB-020 LB-021 LB-024 MTLS-001 MTLS-002 "
    "MTLS-003 MTLS-004 MTLS-005 MTLS-006 MTLS-008 MTLS-009 MTLS-010 POL-001 POL-002 POL-003 "
    "POL-004 REACH-001 REACH-002 REACH-003 REACH-004 REACH-011 REACH-013 REACH-015 REACH-020 "
    "REACH-021 REACH-022 REACH-031 TIME-001 TIME-002 TIME-003 TIME-010 TIME-011 VM-001 VM-003"
)


RECORDING = Recording(
    id="HO-08",
    title="the endpoint of an API leads to one API server, which is stopped, and another runs",
    source="kubernetes#88648; kubeadm documentation, highly available clusters",
    documented=(
        "The server of the kubeconfig accepts connections and resets them, because the only API "
        "server that it passes them on to is stopped; the other member answers /version at its own "
        "address."
    ),
    change=change,
    reds=frozenset({"CLU-001", "CLU-007", "REACH-001", "VM-001", "VM-003"}),
    unknowns=frozenset(UNKNOWNS.split()),
    cause="CLU-007",
)
