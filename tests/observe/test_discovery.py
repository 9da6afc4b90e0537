"""What discovery looks at: contexts through their APIs, and this host's view, without a network."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network, ip_address
from pathlib import Path

import dns.message
import dns.rrset
import pytest

from tests.discovery.drafting import app, found, set_up
from tests.kube import objects
from tests.kube.api import FakeApi, Pki, listed
from tests.kube.objects import but
from tests.live import balancer, with_more
from trueline.model.found import Found, NameSeen, PortSeen
from trueline.model.observation import PortFact
from trueline.model.probe import Answer, Outcome, Probe, Reply, Step, Tls
from trueline.model.settings import ForwardFact
from trueline.model.topology import Topology
from trueline.observe import discovery
from trueline.probes import interfaces
from trueline.vantage.program import Batch, Unreachable

HELD = ip_address("192.168.64.130")


@pytest.fixture
def off_every_segment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interfaces, "network_around", lambda _: None)
    monkeypatch.setattr(interfaces, "default_routers", lambda: ())
    monkeypatch.setattr(discovery, "take_wire", lambda *_: {})


def test_a_context_is_looked_at_under_the_name_of_its_cluster(config: Path) -> None:
    seen = discovery.look({"shop": "app", "gone": "gone"}, config)
    assert [node.name for node in seen.clusters["shop"].nodes.value] == ["app-cp-1"]
    assert seen.settings["shop"].grants.value == ()
    assert set(seen.settings) == {"shop"}
    gone = seen.clusters["gone"].nodes
    assert gone.kind == "gap"
    assert gone.reason.startswith("cluster gone cannot be observed: the kubeconfig")


def test_metallb_is_looked_for_where_it_runs(api: FakeApi, config: Path) -> None:
    pods = {"image": "quay.io/metallb/speaker:v0.13.12"}
    moved = but(objects.DAEMON_SET, "metadata.namespace", "lb")
    moved = but(moved, "spec.template.spec.containers", [{"name": "speaker", **pods}])
    api.routes["/apis/apps/v1/daemonsets"] = listed(moved)
    api.routes["/apis/metallb.io/v1beta1/namespaces/metallb-system/ipaddresspools"] = listed()
    there = "/apis/metallb.io/v1beta1/namespaces/lb"
    api.routes[f"{there}/ipaddresspools"] = listed(objects.POOL)
    api.routes[f"{there}/l2advertisements"] = listed()
    seen = discovery.look({"app": "app"}, config)
    assert [pool.name for pool in seen.clusters["app"].pools.value] == ["spare"]


# --- what this host sees --------------------------------------------------------------------------


class Place:
    """Answers each step by a function of it."""

    def __init__(self, answer: Callable[[Step], Reply]) -> None:
        self.answer, self.batches = answer, list[Batch]()

    def ask(self, batch: Batch) -> dict[str, Answer]:
        self.batches.append(batch)
        return {name: self._told(probe) for name, probe in batch.items()}

    def _told(self, probe: Probe) -> Answer:
        return Answer(replies=(self.answer(probe.steps[0]),), at=0.0)


def reply(outcome: Outcome, received: bytes = b"", *chain: str) -> Reply:
    tls = Tls(version="TLSv1.3", alpn=None, chain=chain) if chain else None
    return Reply(
        outcome=outcome, reached="tcp", seconds={}, tls=tls,
        received=base64.b64encode(received).decode(),
    )  # fmt: skip


def web(*ports: int) -> Found:
    told = tuple(
        PortFact(name="", port=number, protocol="TCP", target=str(number)) for number in ports
    )
    service = balancer("shop/web", str(HELD), ports=told)
    plain = found(with_more(app(), "services", service))
    only = {"app": plain.clusters["app"]}
    return replace(plain, clusters=only, contexts={"app": "app"})


@pytest.mark.usefixtures("off_every_segment")
def test_ports_are_asked_what_speaks_on_them(pki: Pki) -> None:
    shown = base64.b64encode(pki.ca_der).decode()

    def answer(step: Step) -> Reply:
        if step.port == 1:
            return reply("refused")
        if step.transport == "tls":
            http = b"HTTP/1.1 404 x"
            spoken = {2: http, 3: b"+OK", 6: http, 7: http}.get(step.port)
            return reply("answered", spoken, shown) if spoken else reply("tls failed")
        if step.request is None:
            return reply("connected")
        plain = {4: b"HTTP/1.0 200 OK", 6: b"HTTP/1.1 307 x", 7: b"HTTP/1.0 400 Bad Request"}
        return reply("answered", plain.get(step.port, b"\x00\x00"))

    seen = discovery.look_around(web(1, 2, 3, 4, 5, 6, 7), place=Place(answer))
    mine = {number: one for (address, number), one in seen.ports.items() if address == HELD}
    assert mine == {
        1: PortSeen(connected=False),
        2: PortSeen(connected=True, speaks="https"),
        3: PortSeen(connected=True, speaks="tls"),
        4: PortSeen(connected=True, speaks="http"),
        5: PortSeen(connected=True),
        6: PortSeen(connected=True, speaks="https", plain=True),
        7: PortSeen(connected=True, speaks="https"),
    }
    assert seen.names == {}


@pytest.mark.usefixtures("off_every_segment")
def test_a_certificate_that_is_none_has_no_names() -> None:
    def answer(step: Step) -> Reply:
        broken = base64.b64encode(b"no certificate").decode()
        secret = step.transport == "tls"
        return reply("connected", b"", broken) if secret else reply("connected")

    seen = discovery.look_around(web(443), place=Place(answer))
    assert seen.ports[HELD, 443] == PortSeen(connected=True, speaks="tls")


def records(step: Step) -> Reply:
    """An authority with one name; the resolver here knows it too."""
    if step.transport == "resolve":
        known = step.host == "web.shop.test"
        return reply("answered", json.dumps([str(HELD)]).encode()) if known else reply("unresolved")
    if step.transport != "udp":
        return reply("refused")
    query = dns.message.from_wire(base64.b64decode(step.send))
    made = dns.message.make_response(query)
    name, kind = query.question[0].name, query.question[0].rdtype
    if (str(name), kind.name) == ("web.shop.test.", "A"):
        made.answer.append(dns.rrset.from_text(name, 60, "IN", "A", str(HELD)))
    if str(name).startswith("api."):
        return reply("answered", b"no DNS")
    return reply("answered", made.to_wire())


@pytest.mark.usefixtures("off_every_segment")
def test_names_are_asked_of_the_authority_of_their_zone_and_of_the_resolver_here() -> None:
    zone = ForwardFact(zone="shop.test", servers=("192.0.2.53",))
    place = Place(records)
    seen = discovery.look_around(replace(web(80), settings=set_up(forwards=(zone,))), place=place)
    known = {name: one for name, one in seen.names.items() if one.addresses}
    assert known == {"web.shop.test": NameSeen(addresses=(HELD,), here=True, authoritative=False)}
    assert seen.names["api.shop.test"] == NameSeen(addresses=(), here=False, authoritative=None)
    steps = [probe.steps[0] for probe in place.batches[-1].values()]
    assert {step.host for step in steps if step.transport == "udp"} == {"192.0.2.53"}


@pytest.mark.usefixtures("off_every_segment")
def test_a_host_that_can_ask_nothing_leaves_all_to_the_apis() -> None:
    def broken(_: Step) -> Reply:
        raise Unreachable("no Python")

    zone = ForwardFact(zone="shop.test", servers=("192.0.2.53",))
    of = replace(web(80), settings=set_up(forwards=(zone,)))
    seen = discovery.look_around(of, place=Place(broken))
    assert (seen.ports, seen.names) == ({}, {})


def test_the_networks_that_this_host_shares_with_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    lan = IPv4Network("192.168.64.0/24"), IPv4Address("192.168.64.21")
    monkeypatch.setattr(interfaces, "network_around", lambda _: lan)
    routers = (IPv4Address("192.0.2.1"), IPv4Address("192.168.64.1"))
    monkeypatch.setattr(interfaces, "default_routers", lambda: routers)
    (own,) = discovery.attachments(found())
    assert (own.network, own.address, own.router) == (*lan, routers[1])
    assert own.is_node  # the address of app-cp-1


def test_the_wire_is_listened_to_as_the_segments_are_drafted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[tuple[str, str]] = []

    def listen(topology: Topology, _: object) -> dict[str, object]:
        heard.extend((one.name, str(one.cidr)) for one in topology.segments)
        assert {node.name for node in topology.nodes} >= {"app-cp-1"}
        return {}

    monkeypatch.setattr(discovery, "take_wire", listen)
    monkeypatch.setattr(interfaces, "network_around", lambda _: None)
    empty = replace(found(), clusters={}, contexts={})
    discovery.look_around(replace(empty, clusters={"app": app()}, contexts={"app": "app"}),
                          place=Place(lambda _: reply("refused")))  # fmt: skip
    assert heard == [("lan", "192.168.64.0/24")]
