"""What stands behind the addresses and leads to them: products, gateways, the mesh, flows."""

from __future__ import annotations

import base64
from dataclasses import replace
from hashlib import sha256
from ipaddress import ip_address
from typing import Any

import pytest

from tests.discovery.drafting import LAN, app, drafted, found, gaps, guesses, values
from tests.live import balancer, changed, pod, with_more
from trueline.model.found import Found, PortSeen
from trueline.model.observation import (
    ApplicationFact,
    ClusterFacts,
    Observation,
    PodFact,
    SyncedFact,
)
from trueline.model.settings import (
    GatewayFact,
    PeerAuthenticationFact,
    ServerFact,
    SettingsFacts,
    VirtualServiceFact,
)

NETWORK = "topology.istio.io/network"


def labelled(name: str, network: str = "", **labels: str) -> PodFact:
    more = {NETWORK: network} if network else {}
    return pod(
        "istio-system", name, None, labels={"app.kubernetes.io/name": name, **labels, **more}
    )


def with_gateways(facts: ClusterFacts, network: str = "west") -> ClusterFacts:
    """The cluster with Istio's pods behind the gateways that the world reserves."""
    return with_more(
        facts,
        "pods",
        labelled("istio-ingressgateway", istio="ingressgateway"),
        labelled("istio-eastwestgateway", network, istio="eastwestgateway"),
        labelled("istiod", app="istiod"),
    )


def meshed(app_settings: SettingsFacts | None = None, **more: Any) -> Found:
    plain = found()
    clusters = {
        "control": with_gateways(plain.clusters["control"], "east"),
        "app": with_gateways(plain.clusters["app"]),
    }
    settings = {"app": app_settings or SettingsFacts(), "control": SettingsFacts()}
    return replace(plain, clusters=clusters, settings=settings, **more)


def listed(*kept: Any) -> Any:
    return Observation(value=kept, at=0.0, source="the API", vantage="this host")


# --- the mesh -------------------------------------------------------------------------------------


def test_clusters_with_both_gateways_are_members() -> None:
    members = values(meshed())["mesh"]["members"]
    assert members["app"] == {
        "network": "west",
        "ingress": "istio-ingress",
        "east_west": "istio-eastwest",
    }
    assert "mesh.members.app" in guesses(meshed())


def test_one_gateway_alone_makes_no_member() -> None:
    alone = with_more(app(), "pods", labelled("istiod", app="istiod"))
    assert gaps(found(alone))["mesh"] == ("Istio runs in app, without an address for both gateways")
    assert "mesh" not in {part.key for part in drafted(found()).parts}


def test_the_trust_domain_and_the_mode_are_those_of_every_member() -> None:
    strict = PeerAuthenticationFact(namespace="istio-system", whole=True, mode="STRICT")
    both = SettingsFacts(trust_domains=listed("mesh.test"), peer_authentications=listed(strict))
    of = replace(meshed(), settings={"app": both, "control": both})
    assert values(of)["mesh"]["trust_domain"] == "mesh.test"
    assert values(of)["mesh"]["mode"] == "strict"
    other = replace(both, trust_domains=listed("else.test"), peer_authentications=listed())
    apart = replace(meshed(), settings={"app": both, "control": other})
    said = gaps(apart)
    assert said["mesh.trust_domain"] == "the members have several: else.test, mesh.test"
    assert said["mesh.mode"] == ("no PeerAuthentication of istio-system says it for all members")
    silent = replace(both, trust_domains=listed())
    quiet = replace(meshed(), settings={"app": silent, "control": silent})
    assert gaps(quiet)["mesh.trust_domain"] == "no ConfigMap istio names it"


def test_a_trust_domain_that_could_not_be_read_is_guessed() -> None:
    assert values(meshed())["mesh"]["trust_domain"] == "cluster.local"
    assert guesses(meshed())["mesh.trust_domain"] == "Istio's default; it was not listed"


def test_one_root_is_pinned_and_several_are_not() -> None:
    def rooted(*bodies: str) -> Found:
        pems = [
            (f"n{n}", f"-----BEGIN CERTIFICATE-----\n{one}\n-----END CERTIFICATE-----\n")
            for n, one in enumerate(bodies)
        ]
        plain = meshed()
        app_facts = changed(plain.clusters["app"], "mesh_roots", tuple(pems))
        return replace(plain, clusters={**plain.clusters, "app": app_facts})

    one, other = (base64.b64encode(text).decode() for text in (b"root", b"else"))
    digest = sha256(b"root").hexdigest()
    assert values(rooted(one, one, "A"))["mesh"]["root_sha256"] == digest
    assert gaps(rooted(one, other))["mesh.root_sha256"] == "the members trust 2 roots"
    assert gaps(rooted())["mesh.root_sha256"] == "no namespace holds a root"


def test_members_are_expected_to_reach_each_other() -> None:
    flows = {(flow["from"], flow["to"]): flow["expected"] for flow in values(meshed())["flows"]}
    assert flows["pods:app/istio-system", "api:control"] == "works"
    assert flows["pods:app", "reservation:control/istio-eastwest"] == "works"
    assert flows["pods:app", "pods:control"] == "fails"


# --- what enters ----------------------------------------------------------------------------------


def gateway(*servers: ServerFact) -> SettingsFacts:
    door = GatewayFact(
        key="istio-system/edge", selector={"istio": "ingressgateway"}, servers=servers
    )
    routed = [
        VirtualServiceFact(
            key=f"shop/{host}", hosts=(host,), gateways=("istio-system/edge",), services=services
        )
        for host, services in (
            ("shop.test", ("shop/web",)),
            ("both.test", ("shop/a", "shop/b")),
            ("odd.test", ("*/x",)),
            ("*.wild.test", ("shop/web",)),
        )
    ]
    unbound = VirtualServiceFact(
        key="x/y", hosts=("inner.test",), gateways=("mesh",), services=("shop/web",)
    )
    return SettingsFacts(gateways=listed(door), virtual_services=listed(*routed, unbound))


def server(port: int, protocol: str, *hosts: str, **more: Any) -> ServerFact:
    plain = {"tls": None, "redirect": False, **more}
    return ServerFact(port=port, protocol=protocol, hosts=hosts, **plain)


@pytest.mark.parametrize(
    ("servers", "route"),
    [
        ((server(80, "HTTP", "shop.test"),), {}),
        ((server(8080, "HTTP", "*"),), {"plain": 8080}),
        (
            (
                server(80, "HTTP", "shop.test", redirect=True),
                server(443, "HTTPS", "shop.test", tls="SIMPLE"),
            ),
            {"tls": 443, "redirect": True},
        ),
        ((server(443, "HTTPS", "shop.test", tls="SIMPLE"),), {"plain": None, "tls": 443}),
    ],
)
def test_a_host_that_a_gateway_routes(
    servers: tuple[ServerFact, ...], route: dict[str, Any]
) -> None:
    routes = values(meshed(gateway(*servers)))["ingress"]["routes"]
    assert routes == {
        "shop.test": {
            "at": "reservation:app/istio-ingress",
            "service": "shop/web",
            **route,
        }
    }


def test_hosts_that_no_plan_can_route_are_said() -> None:
    said = gaps(meshed(gateway(server(80, "HTTP", "*"))))
    assert said["ingress.routes.both.test"] == (
        "the one Service that answers: VirtualService shop/both.test has several, or none"
    )
    assert "ingress.routes.odd.test" in said
    assert said["ingress.routes.*.wild.test"] == (
        "which names VirtualService shop/*.wild.test routes by its wildcard"
    )
    assert "ingress.routes.inner.test" not in said


def test_the_gateways_tell_what_speaks_on_their_ports_and_by_which_names() -> None:
    ports = (server(80, "HTTP", "*"), server(443, "HTTPS", "shop.test", "*", tls="SIMPLE"))
    of = meshed(gateway(*ports))
    facts = of.clusters["app"]
    door = next(one for one in facts.services.value if one.key.endswith("ingressgateway"))
    more = replace(door, ports=(door.ports[0], replace(door.ports[0], port=443, name="p443")))
    kept = tuple(more if one is door else one for one in facts.services.value)
    of = replace(of, clusters={**of.clusters, "app": changed(facts, "services", kept)})
    door_of = values(of)["clusters"]["app"]["load_balancer"]["reservations"]["istio-ingress"]
    assert door_of["ports"] == ["80/TCP/http", "443/TCP/https"]
    assert door_of["tls_names"] == ["shop.test"]


def test_what_stands_beside_the_gateways_bypasses_them() -> None:
    direct = values(meshed())["ingress"]["direct"]
    assert "reservation:app/app1" in direct
    assert "reservation:app/istio-ingress" not in direct
    assert "ingress" not in values(found())


# --- products -------------------------------------------------------------------------------------


def running(image: str, key: str, address: str, **labels: str) -> Found:
    namespace, name = key.split("/")
    made = replace(pod(namespace, f"{name}-1", None), labels={"app": name, **labels},
                   images={"main": image})  # fmt: skip
    facts = with_more(app(), "pods", made)
    service = balancer(key, address, selector={"app": name})
    return found(with_more(facts, "services", service))


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        ("quay.io/prometheus/prometheus:v3.5.0", "prometheus"),
        ("openbao/openbao:2", "vault"),
        ("docker.io/bitnami/mariadb@sha256:00", "mysql"),
        ("example.test/app:1", None),
    ],
)
def test_a_product_is_known_by_its_image(image: str, kind: str | None) -> None:
    products = values(running(image, "x/thing", "192.168.64.130")).get("products", {})
    assert [item["kind"] for item in products.values()] == ([kind] if kind else [])


def test_a_product_is_known_by_what_its_pods_are_called_and_a_stand_in_says_so() -> None:
    of = running("x.test/fake:1", "x/grafana", "192.168.64.130", **{"x.test/stand-in": "true"})
    assert values(of)["products"]["grafana"]["stand_in"] is True


def test_two_of_a_kind_have_names_of_their_own() -> None:
    of = running("grafana/loki:3", "x/log", "192.168.64.130")
    facts = with_more(
        of.clusters["app"],
        "pods",
        replace(pod("y", "l-1", None, labels={"app": "l"}), images={"a": "grafana/loki:3"}),
    )
    facts = with_more(facts, "services", balancer("y/l", "192.168.64.131", selector={"app": "l"}))
    assert set(values(found(facts))["products"]) == {"loki", "app-l"}


def application(name: str, destination: str) -> ApplicationFact:
    return ApplicationFact(namespace="argocd", name=name, sync="", health="",
                           destination=destination, conditions=())  # fmt: skip


def argocd(*applications: ApplicationFact) -> Found:
    of = running("quay.io/argoproj/argocd:v3", "argocd/argocd-server", "192.168.64.130")
    facts = replace(of.clusters["app"], applications=listed(*applications))
    return replace(of, clusters={**of.clusters, "app": facts})


def test_an_argo_cd_deploys_where_its_applications_go() -> None:
    of = argocd(
        application("by-name", "control"),
        application("by-url", "https://192.168.64.10:6443"),
        application("away", "https://192.0.2.1:6443"),
    )
    assert values(of)["products"]["argocd"]["deploys"] == {
        "control": ["argocd/by-name", "argocd/by-url"]
    }
    assert gaps(of)["products.argocd.deploys"] == (
        "the cluster that argocd/away goes to is none of these"
    )
    flows = [flow["name"] for flow in values(of)["flows"]]
    assert flows.count("Argo CD of app deploys to control") == 1


def test_the_secrets_of_the_only_vault() -> None:
    secret = SyncedFact(kind="ExternalSecret", namespace="s", name="key", ready=True, reason="",
                        message="", store="s/vault")  # fmt: skip
    operator = replace(pod("es", "es-1", None), images={"a": "x/external-secrets:v1"})
    of = running("hashicorp/vault:1", "v/vault", "192.168.64.130")
    control = with_more(of.clusters["control"], "pods", operator)
    control = replace(control, external_secrets=listed(secret))
    of = replace(of, clusters={**of.clusters, "control": control})
    assert values(of)["products"]["vault"]["synced"] == {"control": ["s/key"]}
    flows = {(flow["from"], flow["to"]) for flow in values(of)["flows"]}
    assert ("pods:control/es", "reservation:app/vault") in flows
    more = with_more(
        of.clusters["app"],
        "pods",
        replace(pod("w", "w-1", None, labels={"app": "w"}), images={"a": "hashicorp/vault:1"}),
    )
    more = with_more(more, "services", balancer("w/w", "192.168.64.131", selector={"app": "w"}))
    two = replace(of, clusters={**of.clusters, "app": more})
    assert "synced" not in values(two)["products"]["vault"]
    assert gaps(two)["products.vault.synced"] == (
        "which of these Vaults the ExternalSecrets are read from"
    )


# --- flows from here ------------------------------------------------------------------------------


def test_what_answered_this_host_is_expected_to_answer_it() -> None:
    ports = {
        (ip_address("192.168.64.121"), 80): PortSeen(connected=True, speaks="http"),
        (ip_address("192.168.64.122"), 80): PortSeen(connected=False),
    }
    of = found(attachments=(LAN,), ports=ports)
    ours = [flow["to"] for flow in values(of)["flows"] if flow["from"] == "vantage:runner"]
    assert ours == ["reservation:app/app1"]
    nowhere = found(ports=ports)
    assert not [flow for flow in values(nowhere)["flows"] if flow["from"] == "vantage:runner"]


def test_free_addresses_are_to_be_silent_where_this_host_can_hear() -> None:
    flows = values(found(attachments=(LAN,)))["flows"]
    silent = [flow["to"] for flow in flows if flow["from"] == "segment:lan"]
    assert silent == [
        "pool:control/reserved",
        "pool:control/spare",
        "pool:app/reserved",
        "pool:app/spare",
    ]


def test_a_single_cluster_has_nobody_to_be_kept_apart_from() -> None:
    alone = Found(contexts={"app": "app"}, clusters={"app": app()})
    assert "flows" not in values(alone)
