from __future__ import annotations

from typing import Any

import pytest

from tests.lab_unit.mesh_world import meshed
from tests.lab_unit.world import plan
from tools.lab.kubeapi import Object
from tools.lab.products import apps, mesh_workloads
from tools.lab.products.mesh_workloads import Pods
from trueline.model.mesh import Workload


def _pods(cluster: str, name: str) -> Pods:
    found = mesh_workloads.pods(meshed(), cluster)
    return next(item for item in found if item.name == name)


def _workloads(cluster: str) -> list[Workload]:
    found = (item.workload for item in mesh_workloads.pods(meshed(), cluster))
    return [item for item in found if item is not None]


def _containers(deployment: Object) -> dict[str, list[str]]:
    containers = deployment["spec"]["template"]["spec"]["containers"]
    return {item["name"]: item["args"] for item in containers}


def _services(cluster: str) -> dict[str, Any]:
    return {
        f"{item['metadata']['namespace']}/{item['metadata']['name']}": item["spec"]
        for item in apps.quiet(meshed(), cluster)
        if item["kind"] == "Service"
    }


def test_addresses_of_which_the_plan_says_no_more_than_http_are_its_applications() -> None:
    topology = meshed()
    owners = {c.name: set(apps.owners(topology, c)) for c in topology.clusters}
    # Not the gateways, not the product at 9090, not what speaks something else than HTTP.
    assert owners == {"north": {"shop/cart", "shop/till"}, "south": {"desk/desk"}, "west": set()}


def test_a_plan_that_says_nothing_of_what_stands_behind_its_addresses_has_stand_ins() -> None:
    topology = plan()
    assert apps.owners(topology, topology.cluster("east")) == frozenset()
    assert not apps.PRODUCT.wanted(topology)
    assert apps.PRODUCT.wanted(meshed())


def test_a_workload_serves_its_reserved_ports_beside_its_own_and_says_who_was_asked() -> None:
    cart = _pods("north", "cart")
    assert (cart.plain, cart.bypassed) == (8082, (80, 8081))
    deployment = mesh_workloads.deployment(cart)
    assert _containers(deployment) == {
        "cart-mesh": ["-listen=:8081", "-service=shop/cart-mesh", "-cluster=north"],
        "cart": ["-listen=:8082", "-service=shop/cart", "-cluster=north"],
    }
    pod = deployment["spec"]["template"]
    assert pod["spec"]["serviceAccountName"] == "carter"
    assert pod["metadata"]["labels"] == {"app": "cart"}


def test_a_strict_workload_takes_plaintext_on_its_reserved_ports_alone() -> None:
    assert mesh_workloads.peer_authentication(_pods("north", "cart"))["spec"] == {
        "selector": {"matchLabels": {"app": "cart"}},
        "mtls": {"mode": "STRICT"},
        "portLevelMtls": {"8082": {"mode": "DISABLE"}},
    }


def test_a_workload_behind_its_own_reservation_is_one_program_on_one_port() -> None:
    desk = _pods("south", "desk")
    assert desk.bypassed == ()
    assert _containers(mesh_workloads.deployment(desk)) == {
        "desk": ["-listen=:8080", "-service=desk/desk", "-cluster=south"]
    }
    assert mesh_workloads.peer_authentication(desk)["spec"] == {
        "selector": {"matchLabels": {"app": "desk"}},
        "mtls": {"mode": "PERMISSIVE"},
    }
    assert [port["targetPort"] for port in _services("south")["desk/desk"]["ports"]] == [8080]


def test_an_application_outside_the_mesh_asks_for_no_sidecar() -> None:
    till = _pods("north", "till")
    pod = mesh_workloads.deployment(till)["spec"]["template"]
    assert pod["metadata"]["labels"] == {"app": "till", "sidecar.istio.io/inject": "false"}
    assert "serviceAccountName" not in pod["spec"]
    with pytest.raises(ValueError, match="shop/till is not in the mesh"):
        mesh_workloads.peer_authentication(till)


def test_a_workload_has_its_name_in_every_cluster_that_calls_it() -> None:
    cart_mesh = {
        "selector": {"app": "cart"},
        "ports": [{"name": "http", "port": 8081, "targetPort": 8081, "appProtocol": "http"}],
    }
    assert _services("north")["shop/cart-mesh"] == cart_mesh
    assert list(_services("west")) == ["shop/cart-mesh", "desk/desk"]
    assert _services("west")["shop/cart-mesh"] == cart_mesh
    # A balanced address where it runs, a plain name elsewhere.
    assert _services("south")["desk/desk"]["type"] == "LoadBalancer"
    assert "type" not in _services("west")["desk/desk"]


def test_namespaces_are_made_with_the_label_that_brings_sidecars() -> None:
    spaces = {
        item["metadata"]["name"]: item["metadata"]["labels"]
        for item in apps.quiet(meshed(), "west")
        if item["kind"] == "Namespace"
    }
    labels = {"trueline.lab/base": "true", "istio-injection": "enabled"}
    assert spaces == {"shop": labels, "desk": labels}


CART = '{"service": "shop/cart-mesh", "cluster": "north", "pod": "cart-1"}'
DESK = '{"service": "desk/desk", "cluster": "south", "pod": "desk-1"}'


def test_a_pod_calls_whom_the_plan_lets_it_call() -> None:
    found = {v.name: [w.name for w in called] for v, called in apps.calls(meshed(), True)}
    assert found == {"in-north": ["cart"], "in-west": ["cart", "desk"]}


def test_without_addresses_a_pod_calls_in_its_own_cluster_alone() -> None:
    found = {v.name: [w.name for w in called] for v, called in apps.calls(meshed(), False)}
    assert found == {"in-north": ["cart"]}


@pytest.mark.parametrize(
    ("lines", "right"),
    [
        (f"{CART}\n{DESK}\n", True),
        (f"{DESK}\n{CART}\n", False),
        (f"{CART}\n", False),
        (CART.replace("north", "west") + f"\n{DESK}\n", False),
        (CART.replace("cart-mesh", "cart") + f"\n{DESK}\n", False),
        (f'"shop/cart-mesh"\n{DESK}\n', False),
        (f"upstream connect error\n{DESK}\n", False),
        ("", False),
    ],
)
def test_only_the_workloads_themselves_count_as_their_answers(lines: str, right: bool) -> None:
    called = [item for cluster in ("north", "south") for item in _workloads(cluster)]
    assert apps.said(lines, called) is right
