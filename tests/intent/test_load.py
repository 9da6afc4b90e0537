"""What loads, and what it loads as."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from ipaddress import ip_address

from tests.intent.plans import SMALL, WIDE
from trueline.intent.load import read
from trueline.intent.tree import Mark, Path, Tree
from trueline.model.address import Range
from trueline.model.topology import Budgets, Exemption, Port, Topology


def small(old: str = "", new: str = "") -> Topology:
    assert old in SMALL
    return read(SMALL.replace(old, new, 1).encode(), "net.yaml")


def line_of(text: str, source: str = SMALL) -> int:
    return source[: source.index(text)].count("\n") + 1


def test_every_part_knows_its_line() -> None:
    plan = small()
    cluster = plan.clusters[0]
    assert str(plan.at) == "net.yaml:2"
    assert cluster.at.line == line_of("  control:")
    assert cluster.cni.at.line == line_of("    cni:")
    assert cluster.nodes[0].at.line == line_of("      m1:")
    assert cluster.pools[0].at.line == line_of("        main:")
    assert cluster.reservations[0].at.line == line_of("        web:")
    assert plan.segments[0].at.line == line_of("  lan:")
    assert plan.vantages[0].at.line == line_of("  runner:")
    assert plan.flows[0].at.line == line_of("  - name: web opens")
    assert plan.exemptions[0].at.line == line_of("  - requirement")


def test_defaults_are_the_open_ends_of_the_plan() -> None:
    plan = small("    api: https://10.0.0.10:6443\n", "").cluster("control")
    assert plan.api is None
    assert plan.kubeconfig is None
    assert plan.dns_service is None
    assert plan.versions == {}
    assert plan.load_balancer is not None
    assert plan.load_balancer.namespace == "metallb-system"
    assert not plan.cni.policy_enforced
    assert small().runs_in == "anywhere"
    assert small().budgets == Budgets(
        api_timeout=5, arp_window=0.9, convergence=60, connect_timeout=1.2
    )


def test_pool_without_a_word_is_automatic_and_silent_as_in_metallb() -> None:
    plan = small("          auto_assign: false\n          advertise: l2\n", "")
    assert plan.pools[0].auto_assign
    assert plan.pools[0].advertise == "none"


def test_exceptions_are_dated() -> None:
    (exemption,) = small().exemptions
    assert exemption == Exemption(
        requirement="PLAN-001",
        subject="lan",
        owner="net team",
        reason="known",
        expires=date(2027, 1, 31),
        at=exemption.at,
    )


def test_host_bits_load_with_their_literal() -> None:
    plan = small("10.96.0.0/16", "10.97.0.0/12")
    assert str(plan.clusters[0].services[0]) == "10.97.0.0/12"
    assert str(plan.clusters[0].services[0].network) == "10.96.0.0/12"


def test_wrong_plans_load_because_the_plan_suite_judges_them() -> None:
    small("10.96.0.0/16", "10.244.0.0/16")  # overlap
    small("address: 10.0.0.100", "address: 192.0.2.1")  # outside its pool
    small("reservation:control/web", "reservation:nowhere/web")  # a flow to nowhere


def test_other_line_ends_and_a_document_marker_load_alike() -> None:
    def without_lines(plan: Topology) -> dict[str, object]:
        return asdict(plan)

    crlf = read(SMALL.replace("\n", "\r\n").encode(), "net.yaml")
    assert without_lines(crlf) == without_lines(small())
    assert read(f"---\n{SMALL}...\n".encode(), "net.yaml").name == "small"


def test_three_clusters_of_both_families_load() -> None:
    plan = read(WIDE.encode(), "wide.yaml")
    alpha, beta, gamma = plan.clusters
    assert [str(cluster) for cluster in plan.clusters] == ["alpha", "beta", "gamma"]
    assert [cluster.node_prefix for cluster in plan.clusters] == [{6: 64}, {4: 24, 6: 64}, {}]
    assert alpha.api == "https://[2001:db8:1::10]:6443"
    assert alpha.kubeconfig == "configs/alpha.yaml"
    assert alpha.identity.ca_sha256 == "aa" * 32
    assert alpha.dns_service == ip_address("fd00:11::a")
    assert alpha.load_balancer is None
    assert alpha.cni.policy_enforced
    assert beta.nodes[0].addresses == (ip_address("10.9.0.10"), ip_address("2001:db8:1::20"))
    assert [str(part) for part in beta.pods] == ["10.10.0.0/16", "fd00:20::/56"]
    assert gamma.nodes[0].addresses == ()
    assert gamma.pods[0].has_host_bits
    assert gamma.load_balancer is not None
    assert gamma.load_balancer.pools == ()


def test_pools_ranges_and_ports_of_both_families_load() -> None:
    four, six = read(WIDE.encode(), "wide.yaml").pools
    assert [str(part) for part in four.ranges] == ["10.9.0.96/27", "10.9.0.200"]
    assert (four.segment, six.segment) == ("both", "six")
    assert six.ranges == (Range.parse("2001:db8:1::100-2001:db8:1::1ff"),)
    web, web6 = read(WIDE.encode(), "wide.yaml").reservations
    assert web.ports == (
        Port(number=443, protocol="TCP", application="https"),
        Port(number=53, protocol="UDP"),
    )
    assert web.tls_names == ("web.example",)
    assert web6.ports == ()


def test_the_rest_of_the_plan_loads() -> None:
    plan = read(WIDE.encode(), "wide.yaml")
    assert [(vm.name, str(vm.address)) for vm in plan.vms] == [
        ("db", "2001:db8:1::30"),
        ("cache", "None"),
    ]
    assert [(zone.name, zone.authority) for zone in plan.dns.zones] == [
        ("example.internal", "10.0.0.53"),
        ("other.internal", None),
    ]
    assert plan.dns.names[0].vantages == ("host", "pod-beta")
    assert [part.version for part in plan.dns.names[0].addresses] == [4, 6]
    assert not plan.flows[0].expected
    assert plan.mesh is not None
    assert (plan.mesh.mode, plan.mesh.root_sha256) == ("permissive", "b" * 64)
    assert [(part.cluster, part.network) for part in plan.mesh.members] == [
        ("alpha", "a"),
        ("beta", None),
    ]
    assert [(part.namespace, part.allow_from) for part in plan.policies] == [
        ("web", ("segment:four", "pods:alpha/web")),
        ("shut", ()),
    ]
    assert [(part.kind, part.pod) for part in plan.vantages] == [
        ("host", None),
        ("pod", "probes/probe-0"),
        ("node", None),
    ]


def test_what_has_no_line_has_the_line_of_what_is_around_it() -> None:
    tree = Tree("net.yaml", marks={(): Mark(1, 1, None), ("flows",): Mark(7, 7, None)})
    assert str(tree.source(("flows", 0, "port"))) == "net.yaml:7"
    assert str(tree.source(("name",))) == "net.yaml:1"


def test_a_part_has_the_line_of_the_nearest_thing_around_it() -> None:
    marks: dict[Path, Mark] = {
        (): Mark(1, 1, None),
        ("vms",): Mark(5, 5, None),
        ("vms", "db"): Mark(6, 6, None),
    }
    tree = Tree("net.yaml", marks=marks)
    assert tree.source(("vms", "db", "segment")).line == 6
    assert tree.source(("vms", "cache", "segment")).line == 5
