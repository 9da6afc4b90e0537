"""The naming plan: zones by the Corefiles, names by what their authorities answer."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from tests.discovery.drafting import LAN, drafted, found, gaps, guesses, set_up, values
from trueline.discovery.names import wanted
from trueline.discovery.plan import reserved
from trueline.discovery.told import is_dns_name, name_of
from trueline.model.found import Found, NameSeen
from trueline.model.settings import ForwardFact, HintFact

SHOP = ForwardFact(zone="shop.test", servers=("resolver.test", "192.0.2.53"))
OWN = ForwardFact(zone="own.test", servers=())


def zoned(*forwards: ForwardFact, **more: Any) -> Found:
    hint = HintFact(
        service="app1/app1", hostnames=("one.shop.test", "one.else.test"), applications={}
    )
    return found(settings=set_up(forwards=forwards, hints=(hint,)), **more)


def seen(*addresses: str, here: bool = True, authority: bool | None = True) -> NameSeen:
    found = tuple(map(ip_address, addresses))
    return NameSeen(addresses=found, here=here, authoritative=authority)


def test_the_names_to_ask_for_lie_in_a_zone_with_an_authority() -> None:
    asked = wanted(zoned(SHOP, OWN), reserved(zoned(SHOP, OWN)))
    assert set(asked.values()) == {"192.0.2.53"}
    assert {"one.shop.test", "app1.shop.test", "api.shop.test"} <= set(asked)
    assert all(name.endswith(".shop.test") for name in asked)


def test_clusters_with_a_zone_of_their_own_are_asked_for_there_only() -> None:
    zones = [
        ForwardFact(zone=zone, servers=("192.0.2.53",)) for zone in ("control.test", "app.test")
    ]
    asked = wanted(zoned(*zones), reserved(zoned(*zones)))
    assert "app1.app.test" in asked
    assert "app1.control.test" not in asked


def test_a_name_is_drafted_when_it_leads_to_what_was_found_and_to_nothing_else() -> None:
    names = {
        "one.shop.test": seen("192.168.64.121"),
        "two.shop.test": seen("192.168.64.122", here=False),
        "away.shop.test": seen("192.168.64.122", "203.0.113.9"),
        "none.shop.test": seen(),
        "own.own.test": seen("192.168.64.121"),
    }
    of = zoned(SHOP, OWN, names=names, attachments=(LAN,))
    dns = values(of)["dns"]
    assert dns["zones"] == {"shop.test": {"authority": "192.0.2.53"}}
    assert dns["names"] == {
        "one.shop.test": {"address": "192.168.64.121", "from": ["runner", "pods-app"]},
        "two.shop.test": {"address": "192.168.64.122", "from": ["pods-app"]},
    }
    assert gaps(of)["dns.zones.own.test"] == (
        "the server that answers for it with authority: the Corefile of app names no address"
    )


def test_a_server_that_only_passes_on_what_others_say_is_no_authority() -> None:
    of = zoned(SHOP, names={"one.shop.test": seen("192.168.64.121", authority=False)})
    assert "dns" not in values(of)
    assert gaps(of)["dns.zones.shop.test"] == (
        "the server that answers for it with authority: the Corefile of app forwards to "
        "192.0.2.53, which has none"
    )


def test_a_server_that_was_not_heard_is_a_guess() -> None:
    for names in ({}, {"one.shop.test": seen(authority=None)}):
        of = zoned(SHOP, names=names)
        assert values(of)["dns"]["zones"]["shop.test"]["authority"] == "192.0.2.53"
        assert guesses(of)["dns.zones.shop.test.authority"] == (
            "the Corefile of app; it was not heard from here"
        )


def test_what_has_no_name_is_said_and_excepted() -> None:
    of = zoned(SHOP, names={"one.shop.test": seen("192.168.64.121")})
    excepted = {
        item["subject"] for item in values(of)["exceptions"] if item["requirement"] == "PLAN-060"
    }
    assert "app/app1" not in excepted
    assert {"app/app2", "control", "app"} <= excepted
    assert "app/app2" in gaps(of)["dns.names"]


def test_a_name_with_two_addresses() -> None:
    both = seen("192.168.64.121", "192.168.64.122")
    names = values(zoned(SHOP, names={"one.shop.test": both}))["dns"]["names"]
    assert names["one.shop.test"]["addresses"] == ["192.168.64.121", "192.168.64.122"]


def test_no_zone_at_all() -> None:
    assert gaps(found())["dns"] == "it was not listed; the names that clients use"
    of = found(settings={**set_up(forwards=()), "control": set_up(forwards=())["app"]})
    assert gaps(of)["dns"] == (
        "no Corefile has a zone beside the cluster's own; the names that clients use"
    )
    assert "dns" not in {part.key for part in drafted(of).parts if hasattr(part, "value")}


def test_names_that_a_plan_may_use() -> None:
    assert name_of("kubernetes-admin@prod", ()) == "kubernetes-admin-prod"
    assert name_of("A", ("a",)) == "a-2"
    assert name_of("a", ("a", "a-2")) == "a-3"
    assert name_of("\u202e!", ()) == "unnamed"
    assert not is_dns_name("192.0.2.1")
    assert not is_dns_name("*.shop.test")
