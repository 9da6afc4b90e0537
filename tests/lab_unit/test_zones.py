from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.lab_unit.world import TEXT, plan
from tools.lab import addons, dns, zones
from tools.lab.kubeapi import Object

AUTHORITY = "198.51.100.1"


def planned(text: str = TEXT) -> dict[str, zones.ZoneFile]:
    return {zone.name: zone for zone in zones.planned(plan(text))}


def test_each_name_is_in_the_longest_zone_that_holds_it() -> None:
    assert {name: zone.records for name, zone in planned().items()} == {
        "east.test": (("web.east.test", "A", "198.51.100.100"),),
        "deep.east.test": (("a.deep.east.test", "A", "198.51.100.30"),),
    }


def test_a_zone_file_names_its_server_and_every_address() -> None:
    text = TEXT.replace(
        "address: 198.51.100.100, from", "addresses: [198.51.100.100, '2001:db8::1'], from"
    )
    assert planned(text)["east.test"].text(AUTHORITY) == (
        "$ORIGIN east.test.\n"
        "$TTL 30\n"
        "@ IN SOA ns.dns.east.test. hostmaster.east.test. 1 7200 3600 1209600 30\n"
        "@ IN NS ns.dns.east.test.\n"
        "ns.dns.east.test. IN A 198.51.100.1\n"
        "web.east.test. IN A 198.51.100.100\n"
        "web.east.test. IN AAAA 2001:db8::1\n"
    )


@pytest.mark.parametrize(("bound", "ttl"), [("", 30), (", max_ttl: 60", 30), (", max_ttl: 5", 5)])
def test_the_plan_bounds_the_time_to_live(bound: str, ttl: int) -> None:
    text = TEXT.replace("{authority: 198.51.100.1}", f"{{authority: 198.51.100.1{bound}}}")
    assert planned(text)["east.test"].ttl == ttl


def test_names_that_lead_back_make_a_reverse_zone() -> None:
    text = TEXT.replace("100.100, from: [runner]", "100.100, from: [runner], reverse: true")
    assert planned(text)["100.51.198.in-addr.arpa"] == zones.ZoneFile(
        name="100.51.198.in-addr.arpa",
        authority=AUTHORITY,
        ttl=30,
        records=(("100.100.51.198.in-addr.arpa", "PTR", "web.east.test."),),
    )


def test_the_reverse_zone_of_ipv6_is_its_64() -> None:
    assert zones.reverse_zone(ip_address("2001:db8:0:1::5")) == (
        "1.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"
    )


def test_the_runner_serves_the_zones_whose_authority_it_holds() -> None:
    assert dns.corefile(plan(), Path("/zones")) == (
        "east.test:53 {\n    bind 198.51.100.1\n    errors\n    file /zones/east.test.zone\n}\n"
    )


def test_clusters_forward_to_the_runner_and_keep_the_other_zones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(addons, "manifest", lambda _: TEMPLATE)
    east, west = (_corefile(addons.coredns(plan(), cluster)) for cluster in plan().clusters)
    assert east == {
        "Corefile": (
            "deep.east.test:53 {\n"
            "    errors\n"
            "    file /etc/coredns/deep.east.test.zone\n"
            "}\n"
            "east.test:53 {\n"
            "    errors\n"
            "    forward . 198.51.100.1 {\n"
            "        read_timeout 1500ms\n"
            "        max_connect_attempts 2\n"
            "    }\n"
            "}\n"
        ),
        "deep.east.test.zone": planned()["deep.east.test"].text("10.2.0.10"),
        "replicas": 2,
    }
    assert west["deep.east.test.zone"] == planned()["deep.east.test"].text("10.4.0.53")
    assert west["replicas"] == 1


TEMPLATE = """\
kind: ConfigMap
metadata: {name: "@DNS@"}
replicas: @REPLICAS@
data:
  Corefile: |
    # @SERVERS@
  # @ZONES@
"""


def _corefile(objects: list[Object]) -> Object:
    return {**objects[0]["data"], "replicas": objects[0]["replicas"]}
