"""The pods of a run: how they are made, awaited, and taken away whatever happens."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.kube.api import Answer, FakeApi, Pki, Route, Served, kubeconfig, listed, status
from tests.observe.clocks import FakeClock
from tests.worlds import at, world
from trueline.model.topology import Topology, Vantage
from trueline.observe.posts import Posts
from trueline.probes.kube_pods import label
from trueline.vantage.place import Host, Place, Ssh
from trueline.vantage.pod import Pod
from trueline.vantage.program import Unreachable

ALL = "/api/v1/pods"
PODS = "/api/v1/namespaces/trueline/pods"
MINE = f"{PODS}/trueline-r1-secrets-app"
LOGIN = Vantage(
    name="secrets-app",
    kind="pod",
    cluster="app",
    segment=None,
    service_account="canary",
    node="app-worker-1",
    at=at(1),
)


def plan(folder: Path, api: FakeApi, pki: Pki) -> Topology:
    config = kubeconfig(folder, api.url, pki.ca)
    base = world()
    clusters = tuple(replace(c, context="app", kubeconfig=str(config)) for c in base.clusters)
    return replace(base, clusters=clusters)


def posts(folder: Path, api: FakeApi, pki: Pki) -> Posts:
    if not callable(api.routes[ALL]):
        api.routes[ALL] = listed()
    return Posts(plan(folder, api, pki), {}, run="r1", kubeconfig=None, clock=FakeClock())


def made(folder: Path, api: FakeApi, pki: Pki, vantage: Vantage) -> Place:
    mine = posts(folder, api, pki)
    try:
        mine.open([vantage])
        return mine.place(vantage)
    finally:
        mine.close()


def why_not(folder: Path, api: FakeApi, pki: Pki, vantage: Vantage = LOGIN) -> str:
    with pytest.raises(Unreachable) as raised:
        made(folder, api, pki, vantage)
    return str(raised.value).replace(api.url, "URL")


RUNS = {"phase": "Running"}


def running(phase: str, **more: object) -> Answer:
    meta = {"namespace": "trueline", "name": "trueline-r1-secrets-app"}
    return listed({"metadata": meta, "status": {"phase": phase, **more}})


def mine_only(*answers: Answer, left_over: Answer | None = None) -> Route:
    """The pods of the run as each list of them finds them, the last one for good."""
    left = list(answers)

    def route(query: dict[str, str]) -> Answer:
        if query["labelSelector"] != "trueline/run=r1":
            return left_over or listed()
        return left.pop(0) if len(left) > 1 else left[0]

    return route


def test_a_pod_is_started_and_removed(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        api.on_post[PODS] = (201, {})
        api.routes[ALL] = mine_only(listed(), running("Pending"), running("Running"))
        api.on_delete[MINE] = (200, {})
        place = made(tmp_path, api, pki, LOGIN)
        assert isinstance(place, Pod)
        assert place.pod == "trueline/trueline-r1-secrets-app"
        assert api.deleted == [MINE]
        ((path, pod),) = api.posted
    assert path == PODS
    assert pod["metadata"] == {
        "name": "trueline-r1-secrets-app",
        "namespace": "trueline",
        "labels": {
            "app.kubernetes.io/managed-by": "trueline",
            "trueline/run": "r1",
            "sidecar.istio.io/inject": "false",
        },
    }
    spec = pod["spec"]
    assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == ("canary", True)
    assert spec["nodeSelector"] == {"kubernetes.io/hostname": "app-worker-1"}
    assert (spec["hostNetwork"], spec["activeDeadlineSeconds"]) == (False, 600)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["containers"][0]["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize(
    ("codes", "tries"), [([500, 429, 200], 3), ([503, 500, 500, 200], 3), ([403, 200], 1)]
)
def test_a_pod_is_removed_from_an_api_that_fails_now_and_then(
    tmp_path: Path, pki: Pki, codes: list[int], tries: int
) -> None:
    left = iter(codes)
    with Served(pki) as api:
        api.on_post[PODS] = (201, {})
        api.routes[ALL] = mine_only(listed(), running("Running"))
        api.on_delete[MINE] = lambda _: status(next(left), "etcdserver: request timed out")
        made(tmp_path, api, pki, LOGIN)
        assert api.deleted == [MINE] * tries


def test_who_is_interrupted_waits_for_no_pod(tmp_path: Path, pki: Pki) -> None:
    looks: list[str] = []
    with Served(pki) as api:
        api.on_post[PODS] = (201, {})
        api.on_delete[MINE] = (200, {})
        mine = posts(tmp_path, api, pki)

        def pending(query: dict[str, str]) -> Answer:
            if query["labelSelector"] != "trueline/run=r1" or not api.posted:
                return listed()
            looks.append(query["labelSelector"])
            mine.abandon()
            return running("Pending")

        api.routes[ALL] = pending
        mine.open([LOGIN])
        with pytest.raises(Unreachable, match="was not waited for: the run was interrupted"):
            mine.place(LOGIN)
        assert (looks, api.deleted) == (["trueline/run=r1"], [MINE])
        mine.close()
        assert api.deleted == [MINE, MINE]


def test_a_node_is_a_pod_in_its_network_without_a_token(tmp_path: Path, pki: Pki) -> None:
    vantage = replace(LOGIN, kind="node", service_account=None, node=None)
    with Served(pki) as api:
        api.on_post[PODS] = (201, {})
        api.routes[ALL] = mine_only(running("Running"))
        api.on_delete[MINE] = (200, {})
        made(tmp_path, api, pki, vantage)
        spec = api.posted[0][1]["spec"]
    assert (spec["hostNetwork"], spec["automountServiceAccountToken"]) == (True, False)
    assert "nodeSelector" not in spec


def test_a_namespace_that_is_not_there(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        assert why_not(tmp_path, api, pki) == (
            "no pod to probe from in app: there is no namespace trueline to probe from: "
            "kubectl create namespace trueline, or name another one in the plan"
        )


def test_a_kubeconfig_that_may_not_create_pods(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        api.on_post[PODS] = status(403, 'pods is forbidden: User "a" cannot create resource')
        assert why_not(tmp_path, api, pki) == (
            f"no pod to probe from in app: the kubeconfig may not create {PODS}: forbidden"
        )


def test_an_image_that_cannot_be_had(tmp_path: Path, pki: Pki) -> None:
    waiting = [{"state": {"waiting": {"reason": "ErrImagePull"}}}]
    with Served(pki) as api:
        api.on_post[PODS] = (201, {})
        api.routes[ALL] = mine_only(running("Pending", containerStatuses=waiting))
        api.on_delete[MINE] = (200, {})
        assert why_not(tmp_path, api, pki) == (
            "no pod to probe from in app: image lab.local/tools:1 of pod "
            "trueline/trueline-r1-secrets-app cannot be had (ErrImagePull): name another one with "
            "probes.image"
        )
        assert api.deleted == [MINE]


def test_a_pod_that_never_runs_is_given_up(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        api.on_post[PODS] = (201, {})
        api.routes[ALL] = mine_only(running("Pending"))
        assert why_not(tmp_path, api, pki) == (
            "pod trueline/trueline-r1-secrets-app of app does not run: not converged after 30 s, "
            "budget 30 s"
        )
        assert api.deleted == [MINE]


def test_a_connection_that_is_closed_on_a_question_is_asked_again(tmp_path: Path, pki: Pki) -> None:
    lost: Answer = (201, b'{"kind": "Pod...')
    with Served(pki) as api:
        posted = iter([lost, status(409, "it exists")])
        api.on_post[PODS] = lambda _: next(posted)
        api.routes[ALL] = mine_only(lost, running("Running"))
        place = made(tmp_path, api, pki, LOGIN)
        assert isinstance(place, Pod)
        assert len(api.posted) == 2
        assert api.deleted == [MINE]


def test_an_api_that_closes_every_connection_is_given_up(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        api.on_post[PODS] = (201, b'{"kind": "Pod...')
        assert why_not(tmp_path, api, pki) == (
            "pod trueline/trueline-r1-secrets-app of app was not seen to run (URL closed the "
            "connection before its answer was complete): not converged after 30 s, budget 30 s"
        )


def test_a_pod_that_somebody_deletes_before_it_runs(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        api.on_post[PODS] = (201, {})
        api.routes[ALL] = mine_only(running("Pending"), listed())
        assert why_not(tmp_path, api, pki) == (
            "no pod to probe from in app: somebody deleted pod trueline/trueline-r1-secrets-app"
        )


def test_all_pods_of_a_cluster_are_looked_at_with_one_question(tmp_path: Path, pki: Pki) -> None:
    vantages = [replace(LOGIN, name=f"login-{number}") for number in range(8)]
    pods = [
        {"metadata": {"namespace": "trueline", "name": f"trueline-r1-login-{n}"}, "status": RUNS}
        for n in range(8)
    ]
    with Served(pki) as api:
        api.on_post[PODS] = (201, {})
        api.routes[ALL] = mine_only(listed(*pods))
        mine = posts(tmp_path, api, pki)
        mine.open(vantages)
        assert [isinstance(mine.place(vantage), Pod) for vantage in vantages] == [True] * 8
        mine.close()
        looks = [query for path, query in api.asked if path == ALL and "r1" in str(query)]
    assert looks == [{"limit": "400", "labelSelector": "trueline/run=r1"}]


def test_one_look_that_fails_is_the_answer_to_all_who_wait(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        api.on_post[PODS] = (201, {})
        api.routes[ALL] = mine_only(status(500, "etcd is away"), running("Running"))
        mine = posts(tmp_path, api, pki)
        vantages = [replace(LOGIN, name=f"login-{number}") for number in range(2)]
        mine.open(vantages)
        for vantage in vantages:
            with pytest.raises(Unreachable) as raised:
                mine.place(vantage)
            assert str(raised.value).replace(api.url, "URL") == (
                "no pod to probe from in app: URL answers 500 to /api/v1/pods: etcd is away"
            )
        mine.close()


def test_a_name_that_another_pod_has_is_said_at_once(tmp_path: Path, pki: Pki) -> None:
    with Served(pki) as api:
        api.on_post[PODS] = status(409, "it exists")
        assert why_not(tmp_path, api, pki) == (
            f"no pod to probe from in app: URL answers 409 to {PODS}: it exists"
        )
        assert len(api.posted) == 1


def test_a_pod_that_a_killed_worker_of_this_run_made_is_used_and_removed(
    tmp_path: Path, pki: Pki
) -> None:
    with Served(pki) as api:
        api.on_post[PODS] = status(409, "it exists")
        api.routes[ALL] = mine_only(running("Running"))
        place = made(tmp_path, api, pki, LOGIN)
        assert isinstance(place, Pod)
        assert (len(api.posted), api.deleted) == (1, [MINE])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("trueline-r1-pods-app", "trueline-r1-pods-app"),
        ("Nightly_1", "nightly-1-f3148000df"),
        ("nightly.1", "nightly-1-0103c19d47"),
        ("x" * 63, "x" * 63),
        ("x" * 64, "x" * 52 + "-7ce100971f"),
    ],
)
def test_whatever_a_run_is_called_its_pods_have_names(text: str, name: str) -> None:
    assert label(text) == name


def test_what_a_killed_run_left_is_swept(tmp_path: Path, pki: Pki) -> None:
    def left(name: str, made_at: str, phase: str = "Running") -> dict[str, object]:
        labels = {"app.kubernetes.io/managed-by": "trueline", "trueline/run": "r0"}
        meta = {
            "namespace": "trueline",
            "name": name,
            "labels": labels,
            "creationTimestamp": made_at,
        }
        return {"metadata": meta, "status": {"phase": phase}}

    with Served(pki) as api:
        left_over = listed(
            left("old", "2023-11-14T21:00:00Z"),
            left("young", "2023-11-14T22:13:00Z"),
            left("ended", "2023-11-14T22:13:00Z", "Failed"),
        )
        api.on_post[PODS] = (201, {})
        api.routes[ALL] = mine_only(running("Running"), left_over=left_over)
        mine = posts(tmp_path, api, pki)
        mine.open([LOGIN])
        mine.place(LOGIN)
        mine.close()
        assert sorted(api.deleted) == [f"{PODS}/ended", f"{PODS}/old", MINE]


def test_places_that_need_no_pod(tmp_path: Path, pki: Pki) -> None:
    host = replace(LOGIN, kind="host", cluster=None)
    far = replace(LOGIN, kind="ssh", cluster=None, host="a@b")
    named = replace(LOGIN, pod="shop/probe")
    with Served(pki) as api:
        assert made(tmp_path, api, pki, host) == Host()
        assert made(tmp_path, api, pki, far) == Ssh("a@b", 5.0)
        place = made(tmp_path, api, pki, named)
        assert isinstance(place, Pod)
        assert (place.pod, place.container) == ("shop/probe", None)
        assert api.posted == []
