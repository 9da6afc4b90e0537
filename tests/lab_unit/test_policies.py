from __future__ import annotations

import pytest

from tests.lab_unit.world import TEXT, plan
from tools.lab.errors import LabError
from tools.lab.kubeapi import Object
from tools.lab.products import enforcement, listeners, policies
from tools.lab.products.policy_peers import gateways, peers
from trueline.model.topology import Policy, Topology

CIDRS = ["10.1.0.0/24", "10.1.1.0/24"]
GATES = ["10.1.0.0", "10.1.0.1", "10.1.1.0", "10.1.1.1"]
EAST = [f"198.51.100.{host}" for host in (10, 11, 12, 13, 14)]
PLACES = """\
  node: {kind: node, cluster: east}
  inside: {kind: pod, cluster: east}
  there: {kind: pod, cluster: east, namespace: shop}
"""


def world(allow: str, ports: str = "", namespace: str = "till") -> tuple[Topology, Policy]:
    text = f"{TEXT}{PLACES}policies:\n  east: {{{namespace}: {{allow_from: [{allow}]{ports}}}}}\n"
    topology = plan(text)
    return topology, topology.policies[0]


def blocks(addresses: list[str]) -> list[Object]:
    return [{"ipBlock": {"cidr": f"{address}/32"}} for address in addresses]


def named(namespace: str) -> Object:
    label = {"kubernetes.io/metadata.name": namespace}
    return {"namespaceSelector": {"matchLabels": label}}


def test_nodes_reach_pods_by_the_first_two_addresses_of_their_ranges() -> None:
    assert gateways(CIDRS) == GATES
    assert gateways(["2001:db8::/64"]) == ["2001:db8::", "2001:db8::1"]


@pytest.mark.parametrize(
    ("end", "found"),
    [
        ("pods:east", [{"namespaceSelector": {}}]),
        ("pods:east/shop", [named("shop")]),
        ("pods:west", blocks(["198.51.100.20"])),
        ("pods:west/shop", blocks(["198.51.100.20"])),
        ("nodes:east", blocks([*EAST, *GATES])),
        ("nodes:west", blocks(["198.51.100.20"])),
        ("segment:lan", [{"ipBlock": {"cidr": "198.51.100.0/24"}}]),
        ("vm:store", blocks(["198.51.100.30"])),
        ("vantage:runner", blocks(["198.51.100.1"])),
        ("vantage:node", blocks([*EAST, *GATES])),
        ("vantage:inside", [named("trueline")]),
        ("vantage:there", [named("shop")]),
        ("pods:east, pods:east", [{"namespaceSelector": {}}]),
    ],
)
def test_an_end_of_the_plan_becomes_peers(end: str, found: list[Object]) -> None:
    topology, policy = world(", ".join(f'"{item}"' for item in end.split(", ")))
    assert peers(topology, policy, GATES) == found


def test_what_opens_no_connection_is_refused() -> None:
    topology, policy = world('"services:east"')
    with pytest.raises(LabError) as caught:
        peers(topology, policy, GATES)
    assert str(caught.value) == (
        f"topology.yaml:{policy.at.line}: the lab makes no NetworkPolicy from 'services:east'"
    )


def test_all_is_denied_but_what_the_plan_lets_in() -> None:
    topology, policy = world('"pods:east/shop"', ", ports: [8080/TCP, 53/UDP]")
    deny, allow = policies.network_policies(topology, policy, CIDRS)
    assert deny == {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {
            "name": "default-deny-ingress",
            "namespace": "till",
            "labels": {"trueline.lab/base": "true"},
        },
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": []},
    }
    assert allow["metadata"]["name"] == "allow-ingress"
    assert allow["spec"]["ingress"] == [
        {
            "from": [named("shop")],
            "ports": [{"port": 8080, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}],
        }
    ]


def test_without_ports_every_port_is_let_in() -> None:
    topology, policy = world('"pods:east"')
    assert policies.network_policies(topology, policy, CIDRS)[1]["spec"]["ingress"] == [
        {"from": [{"namespaceSelector": {}}]}
    ]


def test_nobody_is_let_in_where_the_plan_names_nobody() -> None:
    topology, policy = world("")
    found = policies.network_policies(topology, policy, CIDRS)
    assert [item["metadata"]["name"] for item in found] == ["default-deny-ingress"]


@pytest.mark.parametrize(
    ("planned", "listening"),
    [
        ("", [8080, 8081]),
        (", ports: [9000/TCP]", [9000, 8080]),
        (", ports: [8080/TCP, 8081/TCP, 53/UDP]", [8080, 8081, 8082]),
    ],
)
def test_a_listener_has_a_port_that_nobody_may_enter(planned: str, listening: list[int]) -> None:
    _, policy = world('"pods:east"', planned)
    assert listeners.ports(policy) == listening


def test_a_listener_is_a_deployment_with_a_service_of_all_its_ports() -> None:
    service, deployment = listeners.objects(world('"pods:east"', namespace="payments")[1])
    assert service["metadata"] == {
        "name": "ledger",
        "namespace": "payments",
        "labels": {"app": "ledger", "trueline.lab/base": "true"},
    }
    assert service["spec"] == {
        "selector": {"app": "ledger"},
        "ports": [{"name": "tcp-8080", "port": 8080}, {"name": "tcp-8081", "port": 8081}],
    }
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    assert container["args"] == [
        "-listen=:8080,:8081",
        "-service=payments/ledger",
        "-cluster=east",
    ]
    assert listeners.name(world("")[1]) == "listener"


def test_where_the_plan_puts_a_product_no_listener_is_needed() -> None:
    products = """\
products:
  vault:
    kind: vault
    at: reservation:east/web
    logins: {west: {namespace: keys, service_account: a, mount: m, role: r}}
    synced: {west: [synced/one]}
  loki:
    kind: loki
    at: reservation:east/web
    senders: {west: {namespace: logs}}
"""
    topology = plan(TEXT + products)
    east, west = topology.clusters
    assert listeners.occupied(topology, east) == {"shop"}
    assert listeners.occupied(topology, west) == {"keys", "synced", "logs"}


def test_enforcement_is_wanted_where_the_plan_says_so() -> None:
    assert not enforcement.wanted(plan())
    assert enforcement.wanted(plan(TEXT.replace("policy_enforced: false", "policy_enforced: true")))
    assert not policies.wanted(plan())
    assert policies.wanted(world("")[0])
