from __future__ import annotations

from typing import Any

import pytest

from tests.lab_unit.mesh_world import TEXT, meshed
from tests.lab_unit.world import plan
from tools.lab.products import istio, istio_gateways, istio_routes
from tools.lab.products.istio_gateways import Gateway


def _gateway(cluster: str, *, east_west: bool) -> Gateway:
    found = istio_gateways.gateways(meshed(), cluster)
    return next(item for item in found if item.east_west == east_west)


def _named(objects: list[Any], kind: str) -> dict[str, Any]:
    return {item["metadata"]["name"]: item["spec"] for item in objects if item["kind"] == kind}


def test_a_member_has_the_gateways_that_the_plan_gives_it() -> None:
    topology = meshed()
    owners = {c.name: set(istio.owners(topology, c)) for c in topology.clusters}
    assert owners == {
        "north": {"gates/front-door", "gates/bridge"},
        "south": {"istio-system/way"},
        "west": set(),
    }


def test_an_ingress_gateway_stands_behind_its_address() -> None:
    service = istio_gateways.objects(_gateway("north", east_west=False))[0]
    assert service["metadata"]["namespace"] == "gates"
    assert service["metadata"]["annotations"] == {
        "metallb.universe.tf/loadBalancerIPs": "198.51.100.100"
    }
    # No program of the pod is root, so the pod's ports are not the Service's.
    ports = {port["port"]: port["targetPort"] for port in service["spec"]["ports"]}
    assert ports == {80: 8080, 443: 8443}
    assert service["spec"]["selector"] == {"app": "front-door"}


def test_an_east_west_gateway_is_found_by_its_network() -> None:
    item = _gateway("north", east_west=True)
    service = istio_gateways.objects(item)[0]
    assert service["metadata"]["labels"] == {
        "app": "bridge",
        "istio": "eastwestgateway",
        "topology.istio.io/network": "cold",
        "trueline.lab/base": "true",
    }
    pod = istio_gateways.deployment(meshed(), item)["spec"]["template"]
    assert pod["metadata"]["labels"] == {
        "app": "bridge",
        "istio": "eastwestgateway",
        "topology.istio.io/network": "cold",
        "sidecar.istio.io/inject": "false",
    }
    env = {entry["name"]: entry.get("value") for entry in pod["spec"]["containers"][0]["env"]}
    assert env["ISTIO_META_REQUESTED_NETWORK_VIEW"] == "cold"
    assert env["TRUST_DOMAIN"] == "mesh.test"


def test_an_ingress_gateway_has_no_network_view() -> None:
    deployment = istio_gateways.deployment(meshed(), _gateway("north", east_west=False))
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    assert "ISTIO_META_REQUESTED_NETWORK_VIEW" not in {entry["name"] for entry in container["env"]}


def test_an_east_west_gateway_passes_every_service_through_unopened() -> None:
    objects = istio_routes.objects(meshed(), _gateway("south", east_west=True))
    assert _named(objects, "Gateway") == {
        "way": {
            "selector": {"app": "way", "istio": "eastwestgateway"},
            "servers": [
                {
                    "port": {"number": 15443, "name": "tls", "protocol": "TLS"},
                    "tls": {"mode": "AUTO_PASSTHROUGH"},
                    "hosts": ["*.local"],
                }
            ],
        }
    }


def test_a_gateway_knows_the_hosts_of_its_routes_and_nobody_else() -> None:
    topology, item = meshed(), _gateway("north", east_west=False)
    servers = list(istio_routes.servers(item, istio_routes.routes(topology, item)))
    ended = {"mode": "SIMPLE", "credentialName": "front-door-edge"}
    assert servers == [
        {
            "port": {"number": 80, "name": "redirect-80", "protocol": "HTTP"},
            "hosts": ["shop.test"],
            "tls": {"httpsRedirect": True},
        },
        {
            "port": {"number": 80, "name": "http-80", "protocol": "HTTP"},
            "hosts": ["cart.test", "safe.test"],
        },
        {
            "port": {"number": 443, "name": "https-443", "protocol": "HTTPS"},
            "hosts": ["shop.test"],
            "tls": ended,
        },
        {
            "port": {"number": 8443, "name": "https-8443", "protocol": "HTTPS"},
            "hosts": ["safe.test"],
            "tls": ended,
        },
    ]
    assert istio_routes.ends_tls(topology, item)
    assert not istio_routes.ends_tls(topology, _gateway("north", east_west=True))


def test_a_planned_port_without_a_route_is_open_and_leads_nowhere() -> None:
    servers = list(istio_routes.servers(_gateway("north", east_west=False), ()))
    assert [(server["port"]["name"], server["hosts"]) for server in servers] == [
        ("http-80", ["*"]),
        ("https-443", ["shop.test"]),
    ]


def test_a_host_leads_to_the_first_port_of_its_service() -> None:
    objects = istio_routes.objects(meshed(), _gateway("north", east_west=False))
    found = _named(objects, "VirtualService")
    assert {name: spec["hosts"] for name, spec in found.items()} == {
        "shop.test": ["shop.test"],
        "cart.test": ["cart.test"],
        "safe.test": ["safe.test"],
    }
    assert {name: spec["http"][-1] for name, spec in found.items()} == {
        "shop.test": {
            "route": [
                {"destination": {"host": "till.shop.svc.cluster.local", "port": {"number": 80}}}
            ]
        },
        "cart.test": {
            "route": [
                {
                    "destination": {
                        "host": "cart-mesh.shop.svc.cluster.local",
                        "port": {"number": 8081},
                    }
                }
            ]
        },
        # The plan says nothing of its ports: it has one, or the gateway refuses.
        "safe.test": {"route": [{"destination": {"host": "thing.other.svc.cluster.local"}}]},
    }
    assert all(spec["gateways"] == ["gates/front-door"] for spec in found.values())


def test_a_redirect_to_an_unusual_port_says_which() -> None:
    found = _named(
        istio_routes.objects(meshed(), _gateway("north", east_west=False)), "VirtualService"
    )
    assert found["safe.test"]["http"][0] == {
        "match": [{"port": 80}],
        "redirect": {"scheme": "https", "port": 8443, "redirectCode": 301},
    }
    assert len(found["shop.test"]["http"]) == 1


@pytest.mark.parametrize("mode", ["strict", "permissive"])
def test_the_mode_of_the_mesh_is_said_once(mode: str) -> None:
    (item,) = istio_routes.mesh_mode(plan(TEXT.replace("mode: strict", f"mode: {mode}")))
    assert item["metadata"]["namespace"] == "istio-system"
    assert item["spec"] == {"mtls": {"mode": mode.upper()}}
