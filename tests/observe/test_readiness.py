"""What a run would need, asked for without changing anything."""

from __future__ import annotations

import errno
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from tests.kube.api import Answer, FakeApi, Pki, Served, kubeconfig, listed, status
from tests.worlds import at, world
from trueline.model.drill import Drill
from trueline.model.topology import Topology, Vantage
from trueline.observe import readiness, snapshot
from trueline.observe.readiness import Finding, clusters, missing, segments
from trueline.probes import sweep

REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
IN_SHOP = Vantage(
    name="shop", kind="pod", cluster="app", segment=None, namespace="shop", at=at(1)
)  # fmt: skip


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_AT_ONCE", 1)


def plan(folder: Path, *apis: FakeApi, pki: Pki) -> Topology:
    base = world()
    made = []
    for number, (api, cluster) in enumerate(zip(apis, reversed(base.clusters), strict=False)):
        home = folder / str(number)
        home.mkdir()
        config = kubeconfig(home, api.url, pki.ca)
        made.append(replace(cluster, context="app", kubeconfig=str(config)))
    return replace(base, clusters=tuple(made), flows=(), drills=(), vantages=(IN_SHOP,))


def allows(api: FakeApi, *denied: str) -> None:
    """Let every review allow, but for verbs on resources like `list events`."""

    def review(_: object) -> Answer:
        asked = api.posted[-1][1]["spec"]["resourceAttributes"]
        resource = "/".join(part for part in (asked["resource"], asked["subresource"]) if part)
        return 201, {"status": {"allowed": f"{asked['verb']} {resource}" not in denied}}

    api.on_post[REVIEWS] = review
    for namespace in ("trueline", "shop"):
        api.on_post[f"/api/v1/namespaces/{namespace}/pods"] = (201, {})


def found(folder: Path, api: FakeApi, pki: Pki, **more: Any) -> list[Finding]:
    return list(clusters(plan(folder, api, pki=pki), None, **{"drills": False, **more}))


def test_a_cluster_that_lets_a_run_do_its_work(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        allows(api)
        all_of_it = found(tmp_path, api, pki)
        assert missing(all_of_it) == []
        texts = [item.text.replace(api.url, "URL") for item in all_of_it]
        asked = [body["spec"] for path, body in api.posted if path == REVIEWS]
        dry = [query for path, query in api.asked if path.endswith("/pods") and "dryRun" in query]
    assert texts[0] == "URL, Kubernetes v1.34.4"
    assert "may list events" in texts
    assert "may list configmaps istio-ca-root-cert" in texts
    assert "may create pods/exec in shop" in texts
    assert texts[-4:] == [
        "a pod in shop would be started",
        "a pod in trueline would be started",
        "a pod in the network of a node of trueline would be started",
        "the image of probe pods, lab.local/tools:1, is reported by 0 of 1 nodes; "
        "it would have to be pulled on app-cp-1",
    ]
    assert [item.text for item in all_of_it if item.told] == texts[-1:]
    assert len(texts) == 1 + len(asked) + len(dry) + 1
    assert dry == [{"dryRun": "All"}] * len(dry)


def test_nothing_is_said_of_the_image_where_no_nodes_can_be_read(tmp_path: Path, pki: Pki) -> None:
    for number, answer in enumerate((status(403, "no"), listed({"metadata": None}))):
        (tmp_path / str(number)).mkdir()
        with Served(pki) as api:
            allows(api)
            api.routes["/api/v1/nodes"] = answer
            folder = tmp_path / str(number)
            assert [item.text for item in found(folder, api, pki) if item.told] == []


def test_what_is_not_allowed_is_named_with_what_is_lost(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        allows(api, "list events", "create pods/exec")
        bad = missing(found(tmp_path, api, pki))
    assert bad == [
        Finding(about="cluster app", good=False, text=text, lost=lost)
        for text, lost in (
            ("may not list events", "facts: events"),
            ("may not create pods/exec in shop", "questions from pods"),
            ("may not create pods/exec in trueline", "questions from pods"),
        )
    ]


def test_a_pod_that_admission_refuses_and_a_namespace_that_is_not_there(
    tmp_path: Path, pki: Pki
) -> None:
    with Served(pki) as api:
        allows(api)
        path = "/api/v1/namespaces/{}/pods"
        api.on_post[path.format("shop")] = status(403, 'violates PodSecurity "restricted"')
        del api.on_post[path.format("trueline")]
        bad = missing(found(tmp_path, api, pki))
    assert [item.text for item in bad] == [
        "a pod in shop would not be started: the kubeconfig may not create "
        '/api/v1/namespaces/shop/pods: forbidden: violates PodSecurity "restricted"',
        *(
            f"{what} would not be started: there is no namespace trueline to probe from: "
            "kubectl create namespace trueline, or name another one in the plan"
            for what in ("a pod in trueline", "a pod in the network of a node of trueline")
        ),
    ]
    assert bad[0].lost == "what is asked from a pod in shop"


def test_a_review_that_is_not_answered(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        allows(api)
        api.on_post[REVIEWS] = status(500, "etcd is away")
        first = missing(found(tmp_path, api, pki))[0]
    assert first.text.replace(api.url, "URL") == (
        "whether it may list configmaps istio-ca-root-cert was not said: "
        f"URL answers 500 to {REVIEWS}: etcd is away"
    )


def test_drills_need_more(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        allows(api)
        topology = plan(tmp_path, api, pki=pki)
        drill = Drill(kind="dns", cluster="app", name=None, at=at(9))
        topology = replace(topology, drills=(drill,))
        usual = {item.text for item in clusters(topology, None, drills=False)}
        more = {item.text for item in clusters(topology, None, drills=True)}
    assert more - usual == {"may delete pods in kube-system", "may list pods in kube-system"}


def test_a_cluster_that_is_away_and_one_that_is_there_twice(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        allows(api)
        both = list(clusters(plan(tmp_path, api, api, pki=pki), None, drills=False))
        api.routes["/version"] = status(500, "no")
        (tmp_path / "later").mkdir()
        away = found(tmp_path / "later", api, pki)
    assert missing(both) == [
        Finding(
            about="cluster control",
            good=False,
            text="its context leads to the same cluster as that of app",
            lost="everything about one of the two",
        )
    ]
    assert [(item.text.replace(api.url, "URL"), item.lost) for item in away] == [
        (
            "URL answers 500 to /version: no",
            "everything that its API and its pods would say",
        )
    ]


def test_a_cluster_that_does_not_say_who_it_is(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        allows(api)
        api.routes["/api/v1/namespaces/kube-system"] = status(403, "no")
        both = list(clusters(plan(tmp_path, api, api, pki=pki), None, drills=False))
    assert missing(both) == []


class Wire:
    def close(self) -> None:
        """There is nothing to give back."""


def test_segments_that_are_in_reach_and_not(monkeypatch: pytest.MonkeyPatch) -> None:
    topology = world()
    lost = "who answers for its addresses on the wire"

    def seen() -> tuple[bool, str, str]:
        (one,) = segments(topology)
        assert one.about == "segment lan"
        return one.good, one.text, one.lost

    monkeypatch.setattr(snapshot, "interface_for", lambda _: None)
    assert seen() == (
        False,
        "this host is not on segment lan (192.168.64.0/24): run from a machine that has an "
        "address there and is no node",
        lost,
    )
    here = "eth0", ip_address("192.168.64.1")
    monkeypatch.setattr(snapshot, "interface_for", lambda _: here)
    monkeypatch.setattr(sweep, "opened", lambda *_: Wire())
    assert seen() == (True, "heard from 192.168.64.1 over eth0", "")

    def refused(_: str) -> Wire:
        raise PermissionError(errno.EPERM, "raw sockets need root or CAP_NET_RAW")

    monkeypatch.setattr(sweep, "opened", refused)
    assert seen() == (False, "raw sockets need root or CAP_NET_RAW", lost)
