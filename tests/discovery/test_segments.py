"""Segments: by this host where it is on one, else by a guess around what lives there."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, ip_address

from tests.discovery.drafting import LAN, app, drafted, found, gaps, guesses, values
from tests.live import changed, seen, unseen, with_each
from tests.worlds import world
from trueline.discovery.segments import segments
from trueline.model.address import Range
from trueline.model.found import Found
from trueline.model.frame import NeighbourReply
from trueline.model.observation import ClusterFacts, NodeFact, Observed, SegmentFacts, Unobserved


def networks(of: Found) -> dict[str, str]:
    return {one.name: str(one.network) for one in segments(of)}


def alone(facts: ClusterFacts) -> Found:
    """A cluster without pools, and no other."""
    return Found(contexts={"app": "app"}, clusters={"app": changed(facts, "pools", ())})


def at(*addresses: str) -> ClusterFacts:
    """The cluster with its nodes at these addresses."""
    left = list(addresses)

    def moved(node: NodeFact) -> NodeFact | None:
        return replace(node, addresses=(ip_address(left.pop(0)),)) if left else None

    return with_each(app(), "nodes", moved)


def test_clusters_on_one_network_share_a_segment() -> None:
    assert networks(found()) == {"lan": "192.168.64.0/24"}
    path = "segments.lan.cidr"
    assert guesses(found())[path] == (
        "the usual network around the nodes and pools; this host is not on it"
    )
    assert path not in guesses(found(attachments=(LAN,)))


def test_nodes_of_one_cluster_are_neighbours_unless_they_are_far_apart() -> None:
    assert networks(alone(at("10.0.0.9", "10.0.3.9"))) == {"lan": "10.0.0.0/22"}
    assert networks(alone(at("10.0.0.9", "172.16.3.9"))) == {
        "lan-1": "10.0.0.0/24",
        "lan-2": "172.16.3.0/24",
    }
    assert networks(alone(at("fd00::1", "fd00::2"))) == {"lan": "fd00::/64"}


def test_without_nodes_the_api_tells_and_without_that_nobody() -> None:
    blind = unseen(app(), "nodes", "may not list")
    assert networks(alone(blind)) == {"lan": "192.168.64.0/24"}
    nobody = unseen(blind, "identity", "may not read")
    assert networks(alone(nobody)) == {"lan": "192.0.2.0/24"}
    assert guesses(alone(nobody))["segments.lan.cidr"] == (
        "only a place to write it; no node, pool or API has an address"
    )


def test_the_router_of_this_host_is_the_gateway_where_it_is_on_the_segment() -> None:
    def gateway(router: str | None) -> object:
        own = replace(LAN, router=IPv4Address(router) if router else None)
        return values(found(attachments=(own,)))["segments"]["lan"].get("gateway")

    assert gateway("192.168.64.1") == "192.168.64.1"
    assert gateway("192.0.2.1") is None
    assert gateway(None) is None
    assert gaps(found(attachments=(LAN,)))["segments.lan.gateway"] == (
        "no default route of this host leads over the segment"
    )


def test_a_host_on_the_segment_is_a_vantage_point_and_a_node_is_none() -> None:
    assert values(found(attachments=(LAN,)))["vantages"]["runner"] == {
        "kind": "host",
        "segment": "lan",
    }
    node = replace(LAN, is_node=True)
    of = found(attachments=(node,))
    assert "runner" not in values(of)["vantages"]
    assert not [flow for flow in values(of)["flows"] if flow["from"].startswith("segment:")]
    assert gaps(of)["vantages.runner"] == "a host on a segment that is no node; this one is none"


def heard(*answering: str) -> dict[str, Observed[SegmentFacts]]:
    reply = (NeighbourReply(mac="02:00:00:00:00:01", after=0.1),)
    replies = {"192.168.64.77": (), **dict.fromkeys(answering, reply)}
    facts = SegmentFacts(segment="lan", interface="eth0", window=0.9, replies=replies)
    return {"lan": seen(facts)}


def strangers(of: Found) -> list[str]:
    return [why for path, why in drafted(of).gaps() if path == ("segments", "lan", "vms")]


def test_what_answers_and_nothing_explains_is_named() -> None:
    known = [str(item.address) for item in world().reservations]
    known += [str(node.addresses[0]) for node in world().nodes]
    known += ["192.168.64.20", str(LAN.address)]
    of = found(attachments=(LAN,), wire=heard(*known))
    assert strangers(of) == []
    more = heard(*known, "192.168.64.31", "192.168.64.30", "192.168.64.40")
    assert strangers(found(attachments=(LAN,), wire=more)) == [
        "what answers at 192.168.64.30-192.168.64.31, 192.168.64.40: a VM, a lease?"
    ]
    router = replace(LAN, router=IPv4Address("192.168.64.40"))
    assert strangers(found(attachments=(router,), wire=heard("192.168.64.40"))) == []


def test_a_wire_that_was_not_heard_says_why() -> None:
    gap = Unobserved(reason="this needs root", at=0.0, source="ARP", vantage="here")
    assert strangers(found(wire={"lan": gap})) == ["which other hosts are on it: this needs root"]
    assert strangers(found()) == ["which other hosts are on it: the segment was not listened to"]


def test_a_cluster_without_nodes_is_written_on_some_segment() -> None:
    blind = unseen(app(), "nodes", "may not list")
    away = (Range.parse("10.9.0.0/29"),)
    apart = with_each(blind, "pools", lambda pool: replace(pool, ranges=away))
    seen_as = values(found(apart))
    assert set(seen_as["segments"]) == {"lan-1", "lan-2"}
    assert seen_as["clusters"]["app"]["segment"] == "lan-1"
