"""How a cluster is set up, as its objects say it: the few words that a plan is drafted from."""

from __future__ import annotations

from typing import Any

import pytest

from trueline.model.settings import (
    FlannelFact,
    ForwardFact,
    GatewayFact,
    GrantFact,
    HintFact,
    MetricsFact,
    PeerAuthenticationFact,
    PeerFact,
    RuleFact,
    ServerFact,
    VirtualServiceFact,
)
from trueline.probes import kube_decode_settings as decode

META = {"namespace": "kube-system", "name": "x"}
COREFILE = """\
(snippet) {
    errors
}
.:53 {
    errors
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        ttl 5
    }
    forward . /etc/resolv.conf
}
# a.comment { is none
dns://shop.test:53, tls://shop.example. 10.in-addr.arpa {
    forward . 192.0.2.53 192.0.2.54 {
        prefer_udp
    }
}
own.test {
    file /etc/coredns/own.zone
}
"""


def config_map(namespace: str = "kube-system", **data: str) -> dict[str, Any]:
    return {"metadata": {"namespace": namespace, "name": "x"}, "data": data}


@pytest.mark.parametrize(
    ("conf", "networks", "backend"),
    [
        (
            '{"Network": "10.1.0.0/16", "Backend": {"Type": "vxlan"}}',
            ("10.1.0.0/16",),
            "vxlan",
        ),
        (
            '{"EnableIPv4": false, "Network": "10.1.0.0/16", "IPv6Network": "fd00::/56"}',
            ("fd00::/56",),
            None,
        ),
        ('{"Network": "10.1.0.0/16", "IPv6Network": "fd00::/56"}', ("10.1.0.0/16", "fd00::/56"),
         None),
    ],
)  # fmt: skip
def test_the_networks_of_flannel(conf: str, networks: tuple[str, ...], backend: str | None) -> None:
    found = list(decode.flannel(config_map(**{"net-conf.json": conf})))
    assert found == [FlannelFact(networks=networks, backend=backend)]


def test_a_flannel_without_its_configuration_is_an_error_of_the_list() -> None:
    with pytest.raises(KeyError):
        list(decode.flannel(config_map()))
    with pytest.raises(ValueError, match="Expecting"):
        list(decode.flannel(config_map(**{"net-conf.json": "no JSON"})))


def test_the_pod_subnets_of_kubeadm() -> None:
    text = "networking:\n  dnsDomain: cluster.local\n  podSubnet: 10.1.0.0/16,fd00::/56\n"
    assert list(decode.pod_subnets(config_map(ClusterConfiguration=text))) == [
        "10.1.0.0/16",
        "fd00::/56",
    ]
    assert list(decode.pod_subnets(config_map(ClusterConfiguration="networking: {}"))) == []
    assert list(decode.pod_subnets(config_map("shop", ClusterConfiguration=text))) == []


@pytest.mark.parametrize(
    ("mesh", "domain"),
    [
        ("trustDomain: mesh.test\n", "mesh.test"),
        ('{"rootNamespace": "x", "trustDomain": "mesh.test"}', "mesh.test"),
        ("rootNamespace: istio-system\n", "cluster.local"),
    ],
)
def test_the_trust_domain_of_istio(mesh: str, domain: str) -> None:
    assert list(decode.trust_domains(config_map("istio-system", mesh=mesh))) == [domain]
    assert list(decode.trust_domains(config_map("shop"))) == []


def test_the_zones_of_a_corefile_and_who_answers_for_them() -> None:
    servers = ("192.0.2.53", "192.0.2.54")
    assert list(decode.forwards(config_map(Corefile=COREFILE))) == [
        ForwardFact(zone="(snippet)", servers=()),
        ForwardFact(zone="shop.test", servers=servers),
        ForwardFact(zone="shop.example", servers=servers),
        ForwardFact(zone="own.test", servers=()),
    ]
    assert list(decode.forwards(config_map("shop", Corefile=COREFILE))) == []
    assert list(decode.forwards(config_map())) == []


def test_what_a_service_says_of_itself() -> None:
    service = {
        "metadata": META
        | {"annotations": {"external-dns.alpha.kubernetes.io/hostname": "a.test., b.test"}},
        "spec": {
            "type": "LoadBalancer",
            "ports": [{"port": 443, "appProtocol": "https"}, {"port": 80}],
        },
    }
    assert list(decode.hints(service)) == [
        HintFact(
            service="kube-system/x", hostnames=("a.test", "b.test"), applications={443: "https"}
        )
    ]
    inner = {"metadata": META, "spec": {"type": "ClusterIP"}}
    assert list(decode.hints(inner)) == []


def test_the_port_of_the_metrics_of_a_daemon_set() -> None:
    ports = [{"name": "memberlist", "containerPort": 7946}, {"name": "monitoring",
             "containerPort": 7472}]  # fmt: skip
    pod = {"spec": {"containers": [{"name": "speaker", "ports": ports}, {"name": "other"}]}}
    found = list(decode.metrics({"metadata": META, "spec": {"template": pod}}))
    assert found == [MetricsFact(owner="kube-system/x", container="speaker", port=7472)]


def policy(*rules: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return {"metadata": META, "spec": {"ingress": list(rules), **spec}}


def rule_of(rule: dict[str, Any]) -> RuleFact:
    (found,) = decode.grants(policy(rule))
    return found.rules[0]


def test_a_policy_for_the_whole_namespace_and_one_for_some_pods() -> None:
    (whole,) = decode.grants(policy(podSelector={}, policyTypes=["Ingress"]))
    assert whole == GrantFact(namespace="kube-system", name="x", whole=True, rules=())
    (some,) = decode.grants(policy(podSelector={"matchLabels": {"app": "a"}}))
    assert not some.whole
    assert list(decode.grants(policy(policyTypes=["Egress"]))) == []


@pytest.mark.parametrize(
    ("peer", "fact"),
    [
        ({"ipBlock": {"cidr": "192.0.2.0/24"}}, PeerFact(block="192.0.2.0/24")),
        (
            {"ipBlock": {"cidr": "192.0.2.0/24", "except": ["192.0.2.1/32"]}},
            PeerFact(other="an ipBlock with exceptions"),
        ),
        ({"podSelector": {}}, PeerFact(namespace="kube-system")),
        (
            {"podSelector": {"matchLabels": {"app": "a"}}},
            PeerFact(other="some pods by their labels"),
        ),
        ({"namespaceSelector": {}}, PeerFact()),
        (
            {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}},
            PeerFact(namespace="shop"),
        ),
        (
            {"namespaceSelector": {"matchLabels": {"team": "shop"}}},
            PeerFact(other="namespaces by their labels"),
        ),
    ],
)
def test_who_a_rule_lets_in(peer: dict[str, Any], fact: PeerFact) -> None:
    assert rule_of({"from": [peer]}) == RuleFact(peers=(fact,), ports=())


def test_a_rule_without_peers_lets_everybody_in() -> None:
    assert rule_of({"ports": [{"port": 80}]}) == RuleFact(peers=None, ports=((80, "TCP"),))
    assert rule_of({"from": []}) == RuleFact(peers=None, ports=())


@pytest.mark.parametrize("port", [{"port": "web"}, {"port": 80, "endPort": 90}, {}])
def test_ports_that_a_plan_cannot_name_are_said(port: dict[str, Any]) -> None:
    found = rule_of({"from": [{"podSelector": {}}], "ports": [port, {"port": 80}]})
    assert found.other == "ports that are named, or a range of them"
    assert found.ports == ((80, "TCP"),)


def test_a_gateway_and_what_it_routes() -> None:
    servers = [
        {
            "port": {"number": 80, "protocol": "HTTP"},
            "hosts": ["apps/shop.test"],
            "tls": {"httpsRedirect": True},
        },
        {"port": {"number": 443, "protocol": "https"}, "hosts": ["*"], "tls": {"mode": "SIMPLE"}},
    ]
    spec = {"selector": {"istio": "ingressgateway"}, "servers": servers}
    (found,) = decode.gateways({"metadata": META, "spec": spec})
    assert found == GatewayFact(
        key="kube-system/x",
        selector={"istio": "ingressgateway"},
        servers=(
            ServerFact(port=80, protocol="HTTP", hosts=("shop.test",), tls=None, redirect=True),
            ServerFact(port=443, protocol="HTTPS", hosts=("*",), tls="SIMPLE", redirect=False),
        ),
    )


def test_a_virtual_service_by_short_and_by_full_names() -> None:
    routes = [
        {"route": [{"destination": {"host": "web.shop.svc.cluster.local"}}]},
        {"route": [{"destination": {"host": "web"}}]},
        {"redirect": {"uri": "/"}},
    ]
    spec = {"hosts": ["shop.test"], "gateways": ["edge", "istio-system/edge"], "http": routes}
    (found,) = decode.virtual_services({"metadata": META, "spec": spec})
    assert found == VirtualServiceFact(
        key="kube-system/x",
        hosts=("shop.test",),
        gateways=("kube-system/edge", "istio-system/edge"),
        services=("shop/web", "kube-system/web"),
    )


def test_a_peer_authentication() -> None:
    (found,) = decode.peer_authentications({"metadata": META, "spec": {"mtls": {"mode": "STRICT"}}})
    assert found == PeerAuthenticationFact(namespace="kube-system", whole=True, mode="STRICT")
    (open_one,) = decode.peer_authentications(
        {"metadata": META, "spec": {"selector": {"matchLabels": {"app": "a"}}}}
    )
    assert (open_one.whole, open_one.mode) == (False, None)
