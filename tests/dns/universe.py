"""A small network of names: everybody's healthy answers, and ways to break one of them.

asked = answers()                                        # healthy
asked = answers(server=silent("192.168.64.108"))          # one server says nothing
asked = answers(resolver=lambda vantage, name: "Temporary failure in name resolution")
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.live import facts_for, with_more
from tests.told import reply, told
from tests.worlds import at, dns_name, world
from trueline.model.observation import ClusterFacts, EndpointFact
from trueline.model.probe import Answer, Answers, Probe, Reply, Step
from trueline.model.topology import Cluster, Dns, Topology, Vantage, Zone
from trueline.questions import dns as questions
from trueline.questions.question import Scene

AUTHORITY = "192.168.64.108"
POD = "10.244.0.2"
OTHER_POD = "10.244.1.9"
SERVICE = "10.96.0.10"
APP_POD = "10.245.0.2"
APP_SERVICE = "10.97.0.10"
NXDOMAIN = "Name or service not known"
FAILURE = "Temporary failure in name resolution"


def _plan() -> Topology:
    everywhere = ("host", "pods-control", "pods-app")
    names = (
        dns_name("argocd.control.test", "192.168.64.100", vantages=everywhere, line=140),
        dns_name("redis.control.test", "192.168.64.31", vantages=everywhere[:2], line=141),
        dns_name("app1.app.test", "192.168.64.121", vantages=everywhere, line=142),
    )
    zones = tuple(
        Zone(name=name, authority="reservation:control/dns", at=at(line), max_ttl=60)
        for name, line in (("control.test", 130), ("app.test", 131))
    )
    return replace(
        world(),
        runs_in="anywhere",
        dns=Dns(zones=zones, names=names),
        flows=(),
        vantages=(
            Vantage(name="host", kind="host", cluster=None, segment="lan", at=at(210)),
            Vantage(name="pods-control", kind="pod", cluster="control", segment=None, at=at(211)),
            Vantage(name="pods-app", kind="pod", cluster="app", segment=None, at=at(212)),
        ),
    )


PLAN = _plan()
ARGOCD, REDIS, APP1 = PLAN.dns.names
CONTROL_ZONE, APP_ZONE = PLAN.dns.zones
CONTROL, APP = PLAN.clusters
HOST, PODS_CONTROL, PODS_APP = PLAN.vantages


def facts(plan: Topology = PLAN) -> dict[str, ClusterFacts]:
    """Healthy clusters; in control two pods stand behind cluster DNS."""
    found = facts_for(plan)
    second = EndpointFact(
        service=questions.DNS,
        slice=f"{questions.DNS}-x1",
        address=ip_address(OTHER_POD),
        ready=True,
        node="control-worker-1",
        pod="kube-system/coredns-1",
    )
    found["control"] = with_more(found["control"], "endpoints", second)
    return found


FACTS = facts()


@dataclass(frozen=True, kw_only=True)
class Says:
    """What a server says; `minimum` is what the SOA of a denial allows."""

    rcode: str = "NOERROR"
    values: tuple[str, ...] = ()
    ttl: int = 30
    minimum: int | None = 30
    authoritative: bool = False


Server = Callable[[str, str, str, str], Says | Reply | None]
Resolver = Callable[[str, str], frozenset[str] | str | None]


def _healthy(plan: Topology, server: str, name: str, kind: str) -> Says:
    own = server == AUTHORITY
    if name == questions.INTERNAL:
        (inside,) = (cluster for cluster in plan.clusters if _holds(cluster, server))
        return Says(values=(str(inside.services[0].network[1]),), ttl=5)
    if kind == "SOA" and name in {zone.name for zone in plan.dns.zones}:
        return Says(values=(f"ns.{name}. root.{name}. 1 2 3 4 30",), authoritative=own)
    if kind == "PTR":
        back = {a.reverse_pointer: f"{n.name}." for n in plan.dns.names for a in n.addresses}
        return Says(values=(back[name],), authoritative=own)
    wanted = next((item for item in plan.dns.names if item.name == name), None)
    if wanted is None:
        return Says(rcode="NXDOMAIN", authoritative=own)
    version = {"A": 4, "AAAA": 6}[kind]
    addresses = tuple(str(item) for item in wanted.addresses if item.version == version)
    return Says(values=addresses, authoritative=own)


def _holds(cluster: Cluster, server: str) -> bool:
    own = (*cluster.pods, *cluster.services)
    return any(ip_address(server) in cidr.network for cidr in own)


def _resolved(plan: Topology, vantage: str, name: str) -> frozenset[str] | str:
    item = next((item for item in plan.vantages if item.name == vantage), None)
    if name == questions.INTERNAL and item is not None and item.cluster is not None:
        return frozenset({str(plan.cluster(item.cluster).services[0].network[1])})
    wanted = next((item for item in plan.dns.names if item.name == name), None)
    return frozenset(str(a) for a in wanted.addresses) if wanted else NXDOMAIN


def answers(
    plan: Topology = PLAN,
    clusters: dict[str, ClusterFacts] | None = None,
    *,
    server: Server = lambda *_: None,
    resolver: Resolver = lambda *_: None,
    took: float = 0.01,
) -> Answers:
    """What everybody is told; None of `server` or `resolver` leaves the healthy answer."""
    scene = Scene(topology=plan, clusters=FACTS if clusters is None else clusters, nonce="n0")
    replies: dict[tuple[str, str], Reply | Answer] = {}
    for question in questions.asked(scene):
        conversation = _conversation(question.probe, question.vantage, plan, server, resolver, took)
        replies[question.vantage, question.name] = Answer(replies=conversation, at=0.0)
    return told(replies)


def _conversation(
    probe: Probe, vantage: str, plan: Topology, server: Server, resolver: Resolver, took: float
) -> tuple[Reply, ...]:
    done: list[Reply] = []
    for step in probe.steps:
        if step.transport == "resolve":
            found = resolver(vantage, step.host)
            found = _resolved(plan, vantage, step.host) if found is None else found
            done.append(_lookup(found, took))
        else:
            done.append(_served(step, plan, server, took))
        if done[-1].outcome != "answered":
            break
    return tuple(done)


def _lookup(found: frozenset[str] | str, took: float) -> Reply:
    seconds = {"resolve": took}
    if isinstance(found, str):
        ended = {"end": took}
        return reply("unresolved", None, "resolve", detail=found, seconds=ended)
    text = json.dumps(sorted(found)).encode()
    return reply("answered", "resolve", received=text, seconds=seconds)


def _served(step: Step, plan: Topology, server: Server, took: float) -> Reply:
    wire = base64.b64decode(step.send)
    query = dns.message.from_wire(wire[2:] if step.transport == "tcp" else wire)
    name = query.question[0].name.to_text(omit_final_dot=True)
    kind = dns.rdatatype.to_text(query.question[0].rdtype)
    said = server(step.host, step.transport, name, kind)
    if isinstance(said, Reply):
        return said
    message = _message(query, name, kind, said or _healthy(plan, step.host, name, kind))
    return reply("answered", "answer", received=message, seconds={"answer": took})


def _message(query: dns.message.Message, name: str, kind: str, said: Says) -> bytes:
    response = dns.message.make_response(query)
    response.set_rcode(dns.rcode.from_text(said.rcode))
    if said.authoritative:
        response.flags |= dns.flags.AA
    if said.values:
        response.answer.append(dns.rrset.from_text(f"{name}.", said.ttl, "IN", kind, *said.values))
    elif said.minimum is not None:
        soa = f"ns.test. root.test. 1 2 3 4 {said.minimum}"
        response.authority.append(dns.rrset.from_text("test.", said.minimum, "IN", "SOA", soa))
    return response.to_wire()


# --- ways to break it


def silent(*addresses: str, transport: str | None = None, outcome: str = "timed out") -> Server:
    """Servers that do not answer, by one transport or by both."""

    def server(address: str, by: str, _name: str, _kind: str) -> Reply | None:
        if address in addresses and transport in (None, by):
            return reply(outcome, "route", "answer")
        return None

    return server


def says(
    address: str, name: str, kind: str | None = None, by: str | None = None, **what: Any
) -> Server:
    """One server that says something else of one name."""

    def server(asked: str, transport: str, asked_name: str, asked_kind: str) -> Says | None:
        mine = asked == address and asked_name == name
        fits = mine and kind in (None, asked_kind) and by in (None, transport)
        return Says(**what) if fits else None

    return server


def all_of(*servers: Server) -> Server:
    """Several broken servers at once."""

    def server(*question: str) -> Says | Reply | None:
        found = (one(*question) for one in servers)
        return next((item for item in found if item is not None), None)

    return server
