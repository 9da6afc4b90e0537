from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.lab_unit.world import TEXT, plan
from tools.lab import addons, workloads
from tools.lab.errors import LabError


def test_pools_are_as_planned_and_one_advertisement_selects_the_shown_ones() -> None:
    meta = {"namespace": "metallb-system", "labels": {"trueline.lab/base": "true"}}
    version = "metallb.io/v1beta1"
    shown = ["198.51.100.64/28", "198.51.100.100-198.51.100.105"]
    assert addons.pools(plan().clusters[0]) == [
        {
            "apiVersion": version,
            "kind": "IPAddressPool",
            "metadata": {"name": "shown", **meta},
            "spec": {"addresses": shown, "autoAssign": False},
        },
        {
            "apiVersion": version,
            "kind": "IPAddressPool",
            "metadata": {"name": "hidden", **meta},
            "spec": {"addresses": ["198.51.100.110/31"], "autoAssign": True},
        },
        {
            "apiVersion": version,
            "kind": "L2Advertisement",
            "metadata": {"name": "east-l2", **meta},
            "spec": {"ipAddressPools": ["shown"]},
        },
    ]


def test_a_cluster_without_load_balancer_has_no_pools() -> None:
    assert addons.pools(plan().clusters[1]) == []


def test_flannel_gets_the_plans_pod_range() -> None:
    stock = '{"Network": "@PODS@", "EnableNFTables": false, "Backend": {"Type": "udp"}}'
    assert json.loads(addons.flannel_network(plan().clusters[0], stock)) == {
        "EnableNFTables": False,
        "Network": "10.1.0.0/16",
        "Backend": {"Type": "vxlan"},
    }


def test_another_cni_is_refused() -> None:
    text = TEXT.replace("{kind: flannel, backend: vxlan", "{kind: other", 1)
    with pytest.raises(LabError) as caught:
        addons.flannel(plan(text).clusters[0])
    assert str(caught.value) == (
        "topology.yaml:12: the lab has no CNI 'other', only flannel\n"
        "fix: plan `kind: flannel`, or run this plan against real clusters"
    )


def test_a_reservation_becomes_a_pinned_service_with_every_planned_port() -> None:
    found = workloads.objects(plan().clusters[0])
    assert [(item["kind"], item["metadata"]["name"]) for item in found] == [
        ("Namespace", "shop"),
        ("Service", "web"),
        ("Deployment", "web"),
    ]
    assert found[1]["metadata"] == {
        "name": "web",
        "namespace": "shop",
        "labels": {
            "app": "web",
            "trueline.lab/base": "true",
            "trueline.lab/stand-in": "true",
        },
        "annotations": {"metallb.universe.tf/loadBalancerIPs": "198.51.100.100"},
    }
    assert found[1]["spec"] == {
        "type": "LoadBalancer",
        "selector": {"app": "web"},
        "ports": [
            {"name": "tcp-80", "port": 80, "protocol": "TCP", "targetPort": 8080},
            {"name": "udp-5353", "port": 5353, "protocol": "UDP", "targetPort": 8080},
        ],
    }


def test_the_stand_in_says_whose_it_is() -> None:
    pod = workloads.objects(plan().clusters[0])[2]["spec"]["template"]
    assert pod["metadata"]["labels"] == {
        "app": "web",
        "trueline.lab/stand-in": "true",
        "sidecar.istio.io/inject": "false",
    }
    assert pod["spec"]["containers"][0]["args"] == [
        "-listen=:8080",
        "-service=shop/web",
        "-cluster=east",
    ]


def test_only_tcp_ports_are_awaited() -> None:
    east, west = plan().clusters
    assert workloads.endpoints(east) == [("198.51.100.100", 80)]
    assert workloads.endpoints(west) == []


def test_objects_that_start_pods_come_apart_from_the_rest() -> None:
    text = (
        "kind: Service\nmetadata: {name: a}\n---\n"
        "kind: Deployment\nmetadata: {name: b, creationTimestamp: null}\n---\n"
    )
    quiet, running = addons.split(addons.documents(text))
    base = {"trueline.lab/base": "true"}
    assert quiet == [{"kind": "Service", "metadata": {"name": "a", "labels": base}}]
    assert running == [{"kind": "Deployment", "metadata": {"name": "b", "labels": base}}]


def balancer(monkeypatch: pytest.MonkeyPatch, version: str | None) -> list[str]:
    """The manifest that is read, and the Secrets that are made beforehand."""
    read: list[str] = []

    def manifest(name: str) -> str:
        read.append(name)
        return "kind: Deployment\nmetadata: {name: controller}\n"

    monkeypatch.setattr(addons, "manifest", manifest)
    cluster = plan().clusters[0]
    versions = {} if version is None else {"metallb": version}
    made = addons.metallb(replace(cluster, versions=versions))
    return [*read, *(item["metadata"]["name"] for item in made if item["kind"] == "Secret")]


@pytest.mark.parametrize(
    ("version", "names"),
    [
        (None, ["metallb", "webhook-server-cert", "memberlist"]),
        ("0.13.12", ["metallb", "webhook-server-cert", "memberlist"]),
        ("0.15.3", ["metallb-0.15", "metallb-webhook-cert", "memberlist"]),
    ],
)
def test_metallb_is_of_the_release_line_of_the_plan(
    monkeypatch: pytest.MonkeyPatch, version: str | None, names: list[str]
) -> None:
    assert balancer(monkeypatch, version) == names


def test_another_release_line_of_metallb_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LabError) as raised:
        balancer(monkeypatch, "0.14.9")
    assert str(raised.value).endswith("the lab has no MetalLB 0.14\nfix: plan 0.13 or 0.15")
