"""One more cluster: what it is made of, after which pattern."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest

from tests.planning.asking import REFERENCE, after, changed, propose
from tests.planning.plan_text import text_of
from tests.planning.test_allotment import dual
from tests.worlds import (
    cidrs,
    dns_name,
    segment,
    with_cluster,
    with_load_balancer,
    with_pool,
    world,
)
from trueline.model.topology import Topology
from trueline.planning.newcomer import renamed
from trueline.planning.refusal import Unsound, WrongQuestion


def test_a_third_cluster_of_the_reference() -> None:
    assert changed(REFERENCE, clusters=1, names=("edge",)) == [
        "+  edge:",
        "+    context: edge",
        "+    api: https://192.168.64.2:6443",
        '+    versions: {kubernetes: "1.34", metallb: "0.13.12", flannel: "0.26.7"}',
        "+    cni: {kind: flannel, backend: vxlan, policy_enforced: true}",
        "+    segment: lan",
        "+    pods: [10.246.0.0/16]",
        "+    node_prefix: {ipv4: 24}",
        "+    services: [10.98.0.0/16]",
        "+    dns_service: 10.98.0.10",
        "+    nodes:",
        "+      edge-m1: {role: control-plane, address: 192.168.64.32}",
        "+      edge-m2: {role: control-plane, address: 192.168.64.33}",
        "+      edge-m3: {role: control-plane, address: 192.168.64.34}",
        "+      edge-w1: {role: worker, address: 192.168.64.35}",
        "+      edge-w2: {role: worker, address: 192.168.64.36}",
        "+      edge-w3: {role: worker, address: 192.168.64.37}",
        "+      edge-w4: {role: worker, address: 192.168.64.38}",
        "+    load_balancer:",
        "+      kind: metallb",
        "+      namespace: metallb-system",
        "+      metrics_port: 7472",
        "+      pools:",
        "+        edge-cluster-pool: {addresses: [192.168.64.141-192.168.64.161],"
        " auto_assign: false, advertise: l2}",
        "+",
        "+  edge-api: {segment: lan, address: 192.168.64.2, ports: [6443/TCP/https]}",
        "+    edge.local: {authority: 192.168.64.1, max_ttl: 60}",
        "+    api.edge.local: {address: 192.168.64.2,"
        " from: [runner, pods-control, pods-app, pods-edge]}",
        '+  - {name: pods of edge do not reach pods of control, from: "pods:edge",'
        ' to: "pods:control", expected: fails}',
        '+  - {name: pods of control do not reach pods of edge, from: "pods:control",'
        ' to: "pods:edge", expected: fails}',
        '+  - {name: pods of edge do not reach pods of app, from: "pods:edge",'
        ' to: "pods:app", expected: fails}',
        '+  - {name: pods of app do not reach pods of edge, from: "pods:app",'
        ' to: "pods:edge", expected: fails}',
        "+  pods-edge: {kind: pod, cluster: edge}",
    ]
    found = propose(REFERENCE, clusters=1, names=("edge",))
    assert found.done == (
        "cluster edge: pods 10.246.0.0/16, Services 10.98.0.0/16, pool"
        " 192.168.64.141-192.168.64.161, 7 nodes as app; its pods reach no other cluster's. Left"
        " open: its reserved addresses, policies, products and place in a mesh",
    )
    assert [line[:24] for line in found.advice] == [
        "PLAN-075 edge-api: expec",
        "PLAN-066 edge.local: exp",
    ]


def test_clusters_are_named_by_number_and_made_after_the_one_that_is_named() -> None:
    plan = after(REFERENCE, clusters=3, names=("cluster4",), like="control", pool_size=4)
    assert [item.name for item in plan.clusters[2:]] == ["cluster4", "cluster3", "cluster5"]
    for item in plan.clusters[2:]:
        assert len(item.nodes) == 5
        assert [sum(part.size for part in pool.ranges) for pool in item.pools] == [4]


def test_both_families_are_given() -> None:
    plan = after(dual(), clusters=1, names=("edge",), like="app")
    edge = plan.cluster("edge")
    assert [str(item) for item in edge.pods] == ["10.246.0.0/16", "fd12:3456:789a:20::/60"]
    assert [str(item) for item in edge.services] == ["10.98.0.0/16", "fd12:3456:789a:f::1:0/112"]
    assert [[str(each) for each in node.addresses] for node in edge.nodes] == [
        ["192.168.64.2", "2001:db8::2"],
        ["192.168.64.3", "2001:db8::3"],
    ]
    assert [(pool.name, pool.segment) for pool in edge.pools] == [
        ("reserved", "lan"),
        ("spare", "lan"),
        ("six", "six"),
    ]


def test_networks_come_from_the_space_that_is_named() -> None:
    spaces = (ip_network("172.16.0.0/12"),)
    edge = after(REFERENCE, clusters=1, spaces=spaces).clusters[-1]
    assert [str(edge.pods[0]), str(edge.services[0])] == ["172.16.0.0/16", "172.17.0.0/16"]


def test_an_endpoint_that_is_a_nodes_is_a_nodes_again() -> None:
    plan = with_cluster(world(), "app", api="https://192.168.64.21")
    names = tuple(
        replace(item, addresses=dns_name("x", "192.168.64.21").addresses)
        if item.name == "api.app.test"
        else item
        for item in plan.dns.names
    )
    flows = tuple(item for item in plan.flows if item.target != "api:app")
    plan = replace(plan, mesh=None, flows=flows, dns=replace(plan.dns, names=names))
    edge = after(plan, clusters=1, names=("edge",)).cluster("edge")
    assert edge.api == f"https://{edge.nodes[0].addresses[0]}"


def test_an_endpoint_of_its_own_gets_another_address_of_its_own() -> None:
    edge = after(world(), clusters=1, names=("edge",)).cluster("edge")
    held = {str(each) for node in edge.nodes for each in node.addresses}
    assert edge.api == "https://192.168.64.5:6443"
    assert "192.168.64.5" not in held


def test_an_endpoint_that_is_a_name_is_a_name_again() -> None:
    plan = with_cluster(world(), "app", api="https://api.app.test:6443")
    plan = with_cluster(plan, "app", nodes=plan.cluster("app").nodes[:1])
    names = tuple(
        replace(item, addresses=dns_name("x", "192.168.64.21").addresses)
        if item.name == "api.app.test"
        else item
        for item in plan.dns.names
    )
    new = after(replace(plan, dns=replace(plan.dns, names=names)), clusters=1, names=("edge",))
    assert new.cluster("edge").api == "https://api.edge.test:6443"
    (name,) = (item for item in new.dns.names if item.name == "api.edge.test")
    assert name.addresses == new.cluster("edge").nodes[0].addresses
    assert [zone.name for zone in new.dns.zones][-1] == "edge.test"


def test_a_name_that_does_not_name_its_cluster_gets_one_that_does() -> None:
    text = REFERENCE.replace("api.app.local:", "k8s.control.local:")
    plan = after(text, clusters=1, names=("edge",))
    assert [item.name for item in plan.dns.names][-1] == "edge-k8s.control.local"
    assert [zone.name for zone in plan.dns.zones] == ["control.local", "app.local"]


def test_an_ipv6_plan() -> None:
    six = segment("lan", "fd00:64::/64", "fd00:64::1", ("fd00:64::50-fd00:64::5f",))
    text = text_of(_six(replace(world(), segments=(six,))))
    plan = after(text, clusters=1, names=("edge",), nodes={"app": 2}, addresses={"app": 300})
    edge = plan.cluster("edge")
    assert [str(each) for each in edge.pods] == ["fd00:a:2:100::/56"]
    assert edge.api == "https://[fd00:64::5]:6443"
    assert str(edge.dns_service) == "fd00:b::2:a"
    assert [str(node.addresses[0]) for node in plan.cluster("app").nodes] == [
        "fd00:64::21",
        "fd00:64::22",
        "fd00:64::23",
    ]
    assert [str(part) for part in plan.cluster("app").pools[0].ranges] == [
        "fd00:64::120-fd00:64::25b"
    ]


def _six(plan: Topology) -> Topology:
    """Control alone becomes IPv6, and then App; each with one node and one pool."""
    for number, (name, first) in enumerate((("control", 0x11), ("app", 0x21))):
        own = plan.cluster(name)
        node = replace(own.nodes[0], addresses=dns_name("x", f"fd00:64::{first:x}").addresses)
        plan = with_cluster(
            plan,
            name,
            api=f"https://[fd00:64::{first - 1:x}]:6443",
            pods=cidrs(f"fd00:a:{number + 1}::/56"),
            services=cidrs(f"fd00:b::{number:x}:0/112"),
            dns_service=cidrs(f"fd00:b::{number:x}:a/128")[0].network.network_address,
            node_prefix={6: 64},
            nodes=(node,),
        )
        pool = replace(own.pools[0])
        plan = with_load_balancer(plan, name, pools=(pool,), reservations=())
        low = 0x100 + 0x20 * number
        plan = with_pool(plan, str(pool), f"fd00:64::{low:x}-fd00:64::{low + 15:x}")
    zones = tuple(replace(item, authority="fd00:64::1") for item in plan.dns.zones)
    names = (
        dns_name("api.control.test", "fd00:64::10"),
        dns_name("api.app.test", "fd00:64::20"),
    )
    flows = tuple(item for item in plan.flows if item.target.startswith("pods:"))
    return replace(
        plan, vms=(), mesh=None, flows=flows, dns=replace(plan.dns, zones=zones, names=names)
    )


def test_a_plan_without_clusters_shows_no_pattern() -> None:
    text = "version: 1\nname: empty\nsegments: {lan: {cidr: 10.0.0.0/24}}\nclusters: {}\n"
    with pytest.raises(WrongQuestion, match="no cluster that another could be made after"):
        propose(text, clusters=1)


def test_what_an_exception_covers_for_one_is_not_covered_for_another() -> None:
    text = REFERENCE.replace(
        '    versions: {kubernetes: "1.34", metallb: "0.13.12", flannel: "0.26.7"}\n    # B-05',
        '    versions: {kubernetes: "1.34", metallb: "0.13.12"}\n    # B-05',
    )
    text += (
        "exceptions:\n  - {requirement: PLAN-054, subject: app versions flannel, owner: o,"
        " reason: r, expires: 2026-12-31}\n"
    )
    with pytest.raises(Unsound) as raised:
        propose(text, clusters=1)
    assert [line[:60] for line in raised.value.reasons] == [
        "the plan would not pass its checks:",
        "PLAN-054 cluster3 versions flannel: expected a version, obse",
    ]


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("api.app.test", "api.edge.test"),
        ("app1", "app1"),
        ("app-app@app", "edge-edge@edge"),
        ("myapp", "myapp"),
    ],
)
def test_a_name_is_replaced_where_it_stands_for_itself(text: str, new: str) -> None:
    assert renamed(text, "app", "edge") == new


def test_the_place_to_probe_from_and_the_name_are_as_the_patterns() -> None:
    pods, name = "pods-app: {kind: pod, cluster: app", "api.app.local: {address: 192.168.64.9"
    text = REFERENCE.replace(pods, f"{pods}, namespace: ops")
    text = text.replace(name, f"{name}, reverse: true")
    plan = after(text, clusters=1, names=("edge",))
    assert plan.vantage("pods-edge").namespace == "ops"
    assert [item.name for item in plan.dns.names if item.reverse] == [
        "api.app.local",
        "api.edge.local",
    ]


BARE = """\
version: 1
name: bare
segments: {lan: {cidr: 10.0.0.0/24}}
clusters:
  main:
    context: main
    versions: {kubernetes: "1.34"}
    cni: {kind: other}
    segment: lan
    pods: [10.244.0.0/16]
    services: [10.96.0.0/16]
    nodes: {main-1: {role: control-plane, address: 10.0.0.10}}
exceptions:
  - {requirement: PLAN-050, subject: "* api", owner: o, reason: r, expires: 2027-01-31}
"""


def test_what_the_pattern_does_not_have_the_new_cluster_does_not_have() -> None:
    assert changed(BARE, clusters=1, names=("edge",)) == [
        "+  edge:",
        "+    context: edge",
        '+    versions: {kubernetes: "1.34"}',
        "+    cni: {kind: other}",
        "+    segment: lan",
        "+    pods: [10.245.0.0/16]",
        "+    services: [10.97.0.0/16]",
        "+    nodes:",
        "+      edge-1: {role: control-plane, address: 10.0.0.1}",
        "+flows:",
        '+  - {name: pods of edge do not reach pods of main, from: "pods:edge", to: "pods:main",'
        " expected: fails}",
        '+  - {name: pods of main do not reach pods of edge, from: "pods:main", to: "pods:edge",'
        " expected: fails}",
    ]


def test_an_endpoint_without_a_name_gets_none() -> None:
    excused = (
        '  - {requirement: PLAN-060, subject: "*", owner: o, reason: r, expires: 2027-01-31}\n'
    )
    for host, new in (("10.0.0.10", "10.0.0.1"), ("k8s.main", "k8s.edge")):
        text = BARE.replace("context: main\n", f"context: main\n    api: https://{host}\n")
        plan = after(text + excused, clusters=1, names=("edge",))
        assert plan.cluster("edge").api == f"https://{new}"
        assert plan.dns.names == ()
