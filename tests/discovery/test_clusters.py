"""Networks, versions and nodes of a cluster, each by the best witness there is."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address

import pytest

from tests.discovery.drafting import TODAY, app, drafted, found, gaps, guesses, set_up, values
from tests.judging import judge_all, standing
from tests.live import changed, facts_for, pod, unseen, with_each, with_more, with_one
from tests.worlds import world
from trueline.compare.facts import Facts
from trueline.discovery.text import text
from trueline.intent.load import read
from trueline.model.observation import ClusterFacts, IdentityFact
from trueline.model.probe import Answers
from trueline.model.settings import FlannelFact


def test_the_draft_of_a_healthy_world_fails_nothing_of_it() -> None:
    facts = facts_for(world())
    topology = read(text(drafted(found())).encode(), "draft.yaml")
    nothing_asked = Answers(nonce="", views={}, trust={})
    said = judge_all(topology, Facts(clusters=facts, answers=nothing_asked), TODAY)
    assert standing(said, "fail") == {}


def cluster(of: ClusterFacts, **more: object) -> dict[str, object]:
    return values(found(of, **more))["clusters"]["app"]  # type: ignore[no-any-return]


def test_the_networks_are_those_that_take_effect() -> None:
    seen = cluster(app())
    assert seen["services"] == ["10.97.0.0/16"]
    assert seen["dns_service"] == "10.97.0.10"
    assert seen["node_prefix"] == {"ipv4": 24}
    assert seen["nodes"] == {
        "app-cp-1": {"role": "control-plane", "address": "192.168.64.21"},
        "app-worker-1": {"role": "worker", "address": "192.168.64.22"},
        "app-worker-2": {"role": "worker", "address": "192.168.64.23"},
    }


def test_pod_networks_by_flannel_by_a_flag_by_kubeadm_and_by_guess() -> None:
    path = "clusters.app.pods"
    flag = replace(pod("kube-system", "kcm", None), arguments=("--cluster-cidr=10.7.0.0/16",))
    by_flag = with_more(app(), "pods", flag)
    by_kubeadm = set_up(pod_subnets=("10.6.1.0/16", "no network"))
    flannel = FlannelFact(networks=("10.5.0.0/16",), backend="host-gw")
    both = set_up(flannel=(flannel,), pod_subnets=("10.6.0.0/16",))
    assert cluster(by_flag, settings=both)["pods"] == ["10.5.0.0/16"]
    assert cluster(by_flag, settings=by_kubeadm)["pods"] == ["10.7.0.0/16"]
    assert cluster(app(), settings=by_kubeadm)["pods"] == ["10.6.0.0/16"]
    assert path not in guesses(found(app(), settings=by_kubeadm))
    assert cluster(app())["pods"] == ["10.245.0.0/16"]
    assert guesses(found(app()))[path] == "the usual network around the podCIDRs of the nodes"


def test_nodes_with_ranges_far_apart_are_held_by_a_wider_guess() -> None:
    far = with_one(app(), "nodes", "app-cp-1", pod_cidrs=("10.200.0.0/25",))
    seen = cluster(far)
    assert seen["pods"] == ["10.192.0.0/10"]
    assert "node_prefix" not in seen
    assert gaps(found(far))["clusters.app.node_prefix"] == (
        "the nodes have no ranges of one length"
    )


def test_what_may_not_be_listed_is_empty_and_says_why() -> None:
    blind = app()
    for facet in ("nodes", "services", "service_cidrs", "pods", "pools", "advertisements"):
        blind = unseen(blind, facet, f"may not list {facet}")
    seen = cluster(blind)
    assert (seen["pods"], seen["services"], seen["nodes"]) == ([], [], {})
    said = gaps(found(blind))
    assert said["clusters.app.pods"] == "may not list nodes"
    assert said["clusters.app.services"] == "may not list service_cidrs"
    assert said["clusters.app.nodes"] == "may not list nodes"
    assert said["clusters.app.dns_service"] == "may not list services"
    assert said["clusters.app.load_balancer.pools"] == "may not list pools"
    assert guesses(found(blind))["clusters.app.cni.kind"] == "may not list pods"


def test_a_cluster_that_cannot_be_read_is_a_comment() -> None:
    dead = unseen(unseen(app(), "identity", "it is gone"), "nodes", "it is gone")
    seen = values(found(dead))
    assert list(seen["clusters"]) == ["control"]
    assert gaps(found(dead))["clusters.app"] == "it is gone"
    assert [item["to"] for item in seen.get("flows", ())] == []
    assert set(seen["vantages"]) == {"pods-control", "node-control"}


@pytest.mark.parametrize(
    ("server", "why"),
    [
        ("http://192.0.2.1:6443", "http://192.0.2.1:6443 of the kubeconfig is not https://HOST:PORT"),
        (
            "https://rancher.test/k8s/c-1",
            "https://rancher.test/k8s/c-1 of the kubeconfig is not https://HOST:PORT",
        ),
    ],
)  # fmt: skip
def test_an_endpoint_that_no_plan_can_write_is_left_open(server: str, why: str) -> None:
    facts = app()
    identity = replace(facts.identity.value, server=server)
    odd = changed(facts, "identity", identity)
    assert "api" not in cluster(odd)
    assert gaps(found(odd))["clusters.app.api"] == why


def test_an_endpoint_in_front_of_the_nodes_is_a_machine_of_its_own() -> None:
    front = changed(app(), "identity", _at("https://192.168.64.9:6443"))
    assert values(found(front))["vms"]["app-api"] == {
        "segment": "lan",
        "address": "192.168.64.9",
        "ports": ["6443/TCP/https"],
    }
    for server in ("https://192.168.64.21:6443", "https://api.test:6443", "https://[::x]:1"):
        assert "app-api" not in (values(found(changed(app(), "identity", _at(server)))).get("vms")
                                 or {})  # fmt: skip


def _at(server: str) -> IdentityFact:
    return replace(app().identity.value, server=server)


def test_a_named_endpoint_is_excepted_until_its_name_is_planned() -> None:
    named = changed(app(), "identity", _at("https://api.test:6443"))
    said = [(item["subject"], item["expires"]) for item in values(found(named))["exceptions"]]
    assert ("app api", "2027-03-31") in said


def test_versions_are_those_of_the_images() -> None:
    flannel = replace(pod("kube-flannel", "f-1", None), images={"f": "flannel/flannel:v0.26.7"})
    seen = cluster(with_more(app(), "pods", flannel))
    assert seen["versions"] == {"kubernetes": "1.34", "metallb": "0.13.12", "flannel": "0.26.7"}
    assert seen["cni"] == {"kind": "flannel"}
    tagless = replace(flannel, images={"f": "flannel/flannel@sha256:0"})
    latest = with_each(
        with_more(app(), "pods", tagless),
        "workloads",
        lambda item: replace(item, images=(f"{item.images[0].partition(':')[0]}:main",)),
    )
    said = gaps(found(latest))
    assert said["clusters.app.versions.metallb"] == (
        "the tag of image 'quay.io/metallb/controller:main' names no version"
    )
    assert said["clusters.app.versions.flannel"] == (
        "the tag of image 'flannel/flannel@sha256:0' names no version"
    )


def test_a_node_with_two_addresses_and_one_that_no_plan_can_name() -> None:
    both = (ip_address("192.168.64.21"), ip_address("fd00::21"))
    dual = with_one(app(), "nodes", "app-cp-1", addresses=both)
    odd = with_each(
        dual,
        "nodes",
        lambda node: replace(node, name="Worker_1") if node.name == "app-worker-1" else node,
    )
    nodes = values(found(odd))["clusters"]["app"]["nodes"]
    assert nodes["app-cp-1"]["addresses"] == ["192.168.64.21", "fd00::21"]
    assert list(nodes) == ["app-cp-1", "app-worker-2"]
    assert gaps(found(odd))["clusters.app.nodes.Worker_1"] == "a plan cannot call a node so"
