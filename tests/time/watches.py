"""Everybody's clocks as answers: all together, or some of them apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from functools import cache
from math import floor

from tests.certificates import Root, root
from tests.live import facts_for, seen
from tests.told import NOW, http, reply, shows, told
from tests.worlds import at, dns_name, node, with_cluster, with_more, world
from trueline.model.observation import ClusterFacts, LeaseFact
from trueline.model.probe import Answer, Answers, Reply
from trueline.model.topology import Topology, Vantage
from trueline.questions import clocks
from trueline.questions.question import Question, Scene


def _vantage(name: str, kind: str, cluster: str | None, line: int) -> Vantage:
    return Vantage(name=name, kind=kind, cluster=cluster, segment=None, at=at(line))


def _plan() -> Topology:
    vantages = (
        _vantage("host", "host", None, 210),
        _vantage("pods-app", "pod", "app", 211),
        _vantage("node-app", "node", "app", 212),
        replace(_vantage("mesh-app", "pod", "app", 213), in_mesh=True),
    )
    plan = replace(world(), vantages=vantages)
    # One endpoint in front of two API servers, and one that is the API server itself.
    control = plan.cluster("control")
    second = node("control", "control-cp-2", "192.168.64.14", role="control-plane", line=14)
    plan = with_cluster(plan, "control", nodes=(*control.nodes, second))
    plan = with_cluster(plan, "app", api="https://192.168.64.21:6443")
    return with_more(plan, names=(dns_name("api2.control.test", "192.168.64.10", line=158),))


PLAN = _plan()
CONTROL, APP = PLAN.clusters
TIMES = {"tcp": 0.1, "tls": 0.1, "answer": 0.12}


@cache
def authority() -> Root:
    return root("ca-of-cluster")


@cache
def leaf() -> bytes:
    return authority().leaf("api.test")


# How far ahead of the host, in seconds, is the clock of a vantage point, and of a door.
Ahead = Mapping[str, float]
Told = Callable[[str, clocks.Door, bool], Reply | None]


def answers(
    plan: Topology = PLAN,
    *,
    ahead: Ahead | None = None,
    told_instead: Told = lambda *_: None,
    chain: Callable[[clocks.Door], tuple[bytes, ...]] = lambda _: (leaf(),),
) -> Answers:
    """What every clock shows. `ahead` is by vantage point or by the host part of a door."""
    off = ahead or {}
    found: dict[tuple[str, str], Reply | Answer] = {}
    doors = _doors(plan)
    for question in clocks.asked(Scene(topology=plan, clusters={}, nonce="n")):
        step = question.probe.steps[0]
        door = doors[question.name]
        again = question.until is not None
        true = NOW + (100.75 if again else 0.1)
        theirs = true + 0.3 + off.get(step.host, 0.0)
        told_reply = told_instead(question.vantage, door, again)
        if told_reply is None:
            shown = shows(*chain(door)) if step.transport == "tls" else None
            told_reply = replace(
                http(401, tls=shown, date=formatdate(floor(theirs), usegmt=True)), seconds=TIMES
            )
        found[question.vantage, question.name] = Answer(
            replies=(told_reply,), at=true + off.get(question.vantage, 0.0)
        )
    return told(found)


def _doors(plan: Topology) -> dict[str, clocks.Door]:
    found = [door for cluster in plan.clusters for door in clocks.api_doors(cluster)]
    found += [door for cluster in plan.clusters for door in clocks.named_doors(plan, cluster)]
    found += [door for cluster in plan.clusters for door in clocks.inner_doors(cluster)]
    found += [door for item in plan.reservations for door in clocks.product_doors(item)]
    return {clocks.read(door, again=again): door for door in found for again in (False, True)}


def asked(plan: Topology = PLAN) -> list[Question]:
    return list(clocks.asked(Scene(topology=plan, clusters={}, nonce="n")))


def refused(*hosts: str) -> Told:
    """Nobody listens at these doors."""
    return lambda _, door, __: reply("refused", "route", "tcp") if door.host in hosts else None


def facts(
    plan: Topology = PLAN, *, ahead: Ahead | None = None, without: tuple[str, ...] = ()
) -> dict[str, ClusterFacts]:
    """Healthy clusters with a lease for every node; `ahead` is by name of the node."""
    found = facts_for(plan)
    for cluster in plan.clusters:
        written = (
            LeaseFact(
                node=item.name,
                renewed=NOW + 0.4 + (ahead or {}).get(item.name, 0.0),
                written=NOW,
            )
            for item in cluster.nodes
            if item.name not in without
        )
        found[cluster.name] = replace(found[cluster.name], leases=seen(tuple(written), "leases"))
    return found
