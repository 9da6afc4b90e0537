"""Who asks whom about the planned names."""

from __future__ import annotations

from dataclasses import replace

from tests.worlds import at, dns_name, with_vm, world, zone
from trueline.model.naming import (
    Authority,
    askers,
    authorities,
    authority_address,
    home,
    names_in,
    pod_asker,
    resolving,
)
from trueline.model.topology import Dns, Topology, Vantage


def _vantage(name: str, kind: str, cluster: str | None = None, mesh: bool = False) -> Vantage:
    return Vantage(name=name, kind=kind, cluster=cluster, segment=None, at=at(1), in_mesh=mesh)


def plan(**changes: object) -> Topology:
    vantages = (
        _vantage("idle-app", "pod", "app"),
        _vantage("mesh-app", "pod", "app", mesh=True),
        _vantage("pods-app", "pod", "app"),
        _vantage("laptop", "host"),
        _vantage("far", "ssh"),
    )
    names = (
        dns_name("A.example.test.", "192.0.2.1", vantages=("laptop", "pods-app")),
        dns_name("b.deep.example.test", "192.0.2.2", vantages=("pods-app", "mesh-app")),
        dns_name("c.example.org", "192.0.2.3", vantages=("far", "nobody")),
    )
    zones = (
        zone("example.test", "vm:redis", line=5),
        zone("deep.example.test", "192.168.64.31", line=6),
        zone("example.org", "ns.example.org", line=7),
        zone("none.test", None, line=8),
    )
    given = replace(world(), vantages=vantages, dns=Dns(zones=zones, names=names))
    return replace(given, **changes)  # type: ignore[arg-type]


PLAN = plan()
WHOLE, DEEP, OTHER, NONE = PLAN.dns.zones
A, B, C = PLAN.dns.names


def test_a_name_is_at_home_in_the_longest_zone_that_holds_it() -> None:
    assert [home(PLAN, name) for name in (A, B, C)] == [WHOLE, DEEP, OTHER]
    assert home(PLAN, dns_name("example.testing")) is None
    assert names_in(PLAN, WHOLE) == (A,)


def test_vantage_points_that_must_resolve_come_in_the_order_of_the_file() -> None:
    assert [item.name for item in resolving(PLAN)] == ["mesh-app", "pods-app", "laptop", "far"]
    assert [item.name for item in resolving(PLAN, (A,))] == ["pods-app", "laptop"]


def test_an_authority_is_an_address_a_thing_of_the_plan_or_a_name() -> None:
    assert [authority_address(PLAN, zone) for zone in PLAN.dns.zones] == [
        "192.168.64.31",
        "192.168.64.31",
        "ns.example.org",
        None,
    ]
    lost = with_vm(PLAN, "redis", address=None)
    assert authority_address(lost, WHOLE) == "vm:redis"


def test_hosts_ask_the_authority_and_without_one_the_first_pod() -> None:
    assert askers(PLAN, WHOLE) == ("laptop",)
    assert askers(PLAN, DEEP) == ("pods-app",)
    assert askers(PLAN, OTHER) == ("far",)
    assert askers(PLAN, NONE) == ()


def test_one_authority_of_two_zones_is_one_server() -> None:
    assert authorities(PLAN) == (
        Authority(
            address="192.168.64.31",
            zones=("example.test", "deep.example.test"),
            askers=("laptop", "pods-app"),
            at=at(5),
        ),
        Authority(address="ns.example.org", zones=("example.org",), askers=("far",), at=at(7)),
    )
    assert [str(item) for item in authorities(PLAN)] == ["192.168.64.31", "ns.example.org"]


def test_a_pod_that_must_resolve_names_asks_the_dns_of_its_cluster() -> None:
    assert pod_asker(PLAN, "app") == "pods-app"
    assert pod_asker(PLAN, "control") is None
    idle = plan(dns=replace(PLAN.dns, names=()))
    assert pod_asker(idle, "app") == "idle-app"
