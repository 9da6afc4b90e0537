"""Each drill against a cluster of values: what it disturbs, what it watches, when it gives up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.live import changed, facts_for
from tests.observe.clocks import FakeClock
from tests.worlds import at, node, with_cluster, world
from trueline.model.address import Address
from trueline.model.drill import WIRE, Blow, Drill
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answer, Probe
from trueline.model.topology import Cluster, Topology, Vantage
from trueline.observe import drill_acts
from trueline.observe.drill_stage import Impossible, Stage
from trueline.observe.drill_watch import Look
from trueline.probes import command, kube_pods, kube_services
from trueline.probes.kube_client import Refused

BASE = replace(
    world(),
    vantages=(
        Vantage(name="runner", kind="host", cluster=None, segment="lan", at=at(1)),
        Vantage(name="pods-control", kind="pod", cluster="control", segment=None, at=at(2)),
        Vantage(name="pods-app", kind="pod", cluster="app", segment=None, at=at(3)),
    ),
)
PLAN = with_cluster(
    BASE,
    "app",
    nodes=(
        node("app", "app-cp-1", "192.168.64.21", role="control-plane"),
        node("app", "app-cp-2", "192.168.64.24", role="control-plane"),
        node("app", "app-worker-1", "192.168.64.22"),
    ),
)
APP = PLAN.cluster("app")


class FakeStage(Stage):
    """A stage whose cluster is a value: deleted pods come back under another name at once."""

    def __init__(self, folder: Path, plan: Topology = PLAN) -> None:
        super().__init__(
            topology=plan,
            posts=None,  # type: ignore[arg-type]
            folder=folder,
            clock=FakeClock(),
            kubeconfig=None,
        )
        self.now = facts_for(plan)
        self.announcer = "192.168.64.22"
        self.log: list[str] = []
        self.well = True

    def facts(self, cluster: Cluster) -> ClusterFacts:
        return self.now[cluster.name]

    def api(self, cluster: Cluster) -> Any:
        return cluster.name

    def looks(
        self,
        names: Iterable[str],
        probe: Probe,  # noqa: ARG002
        judged: Callable[[Answer], tuple[bool, str]],  # noqa: ARG002
    ) -> dict[str, Look]:
        return {name: lambda: (self.well, "up" if self.well else "down") for name in names}

    def holders(self, cluster: Cluster, addresses: Iterable[Address]) -> dict[Address, set[str]]:
        own = {address for item in cluster.nodes for address in item.addresses}
        return {
            address: {f"mac of {address if address in own else self.announcer}"}
            for address in addresses
        }

    def alike(self) -> list[str]:
        """The pods of one owner; each that is deleted is replaced."""
        return ["survivor", f"replacement-{len(self.log)}"]

    def pressed(self) -> tuple[str, set[str], str]:
        """What was deleted first and last, and with which grace all between."""
        head, *between, last = self.log
        return head, {line.partition(" (")[2] for line in between}, last

    def lose(self, namespace: str, name: str, grace: int) -> None:
        """Take a pod away and let its owner make another one."""
        self.log.append(f"deleted {namespace}/{name} ({grace} s)")
        facts = self.now["app"]
        pods = tuple(
            replace(pod, name=f"{name}-new") if pod.name == name else pod
            for pod in facts.pods.value
        )
        ends = tuple(
            replace(end, pod=f"{end.pod}-new") if end.pod == f"{namespace}/{name}" else end
            for end in facts.endpoints.value
        )
        self.now["app"] = changed(changed(facts, "pods", pods), "endpoints", ends)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeStage:
    made = FakeStage(tmp_path / "drills")
    monkeypatch.setattr(
        kube_pods, "stop", lambda _api, namespace, name, grace=0: made.lose(namespace, name, grace)
    )
    monkeypatch.setattr(kube_pods, "alike", lambda _api, _namespace, _labels: made.alike())
    monkeypatch.setattr(
        command, "run", lambda text, within: made.log.append(f"{text} ({within:g} s)")
    )
    return made


def drill(kind: str, name: str | None = None, cluster: str = "app") -> Drill:
    return Drill(
        kind=kind, cluster=cluster, name=name, at=at(9), stop="stop {node}", start="start {node}"
    )


def act(stage: Stage, wanted: Drill) -> tuple[Blow, ...]:
    return drill_acts.ACTS[wanted.kind](stage, wanted)


def impossible(stage: Stage, wanted: Drill) -> str:
    with pytest.raises(Impossible) as raised:
        act(stage, wanted)
    return str(raised.value)


def courses(blow: Blow) -> dict[str, tuple[str, ...]]:
    return {name: seen.value.course for name, seen in blow.watches.items()}


# --- failover -------------------------------------------------------------------------------------


def test_the_announcing_speaker_is_deleted_and_nobody_else(stage: FakeStage) -> None:
    (blow,) = act(stage, drill("failover", "app2"))
    assert stage.pressed() == (
        "deleted metallb-system/speaker-2 (0 s)",
        {"0 s)"},
        f"deleted metallb-system/replacement-{len(stage.log) - 1} (1 s)",
    )
    assert blow.done == (
        "pod metallb-system/speaker-2 on app-worker-1 deleted and kept down for 10 s"
    )
    assert courses(blow) == {
        WIRE: ("app-worker-1",), "runner": ("up",), "pods-control": ("up",)
    }  # fmt: skip
    assert blow.restored == 0.0


def test_a_foreign_or_no_announcer_is_nothing_to_drill(stage: FakeStage) -> None:
    stage.announcer = "192.168.64.250"
    assert impossible(stage, drill("failover", "app2")) == (
        "192.168.64.122 must be announced by one node of app before its speaker is deleted, and it "
        "is by none"
    )
    assert stage.log == []


def test_a_node_without_speaker_cannot_lose_it(stage: FakeStage) -> None:
    pods = tuple(pod for pod in stage.now["app"].pods.value if pod.name != "speaker-2")
    stage.now["app"] = changed(stage.now["app"], "pods", pods)
    told = impossible(stage, drill("failover", "app2"))
    assert told == "no ready speaker runs on app-worker-1"


def test_without_metallb_there_is_nothing_to_fail_over(tmp_path: Path) -> None:
    bare = with_cluster(PLAN, "app", load_balancer=replace(APP.load_balancer, kind="cloud"))  # type: ignore[type-var]
    told = impossible(FakeStage(tmp_path, bare), drill("failover", "app2"))
    assert told == "the plan has no MetalLB in app"


# --- controller -----------------------------------------------------------------------------------


def with_controller(stage: FakeStage) -> None:
    pods = stage.now["app"].pods.value
    speaker = next(pod for pod in pods if pod.name == "speaker-0")
    one = replace(speaker, name="controller-0", labels={"component": "controller"})
    stage.now["app"] = changed(stage.now["app"], "pods", (*pods, one))


def test_the_controller_restarts_and_every_address_is_watched(
    stage: FakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_controller(stage)
    held: dict[str, tuple[str, ...]] = {
        item.owner: (str(item.address),) for item in APP.reservations
    }
    monkeypatch.setattr(kube_services, "addresses", lambda _api, key: held[key])
    (blow,) = act(stage, drill("controller"))
    assert stage.log == ["deleted metallb-system/controller-0 (0 s)"]
    assert courses(blow) == {"API of app": ("as reserved",)}
    first = APP.reservations[0].owner
    held[first] = ()
    held[APP.reservations[1].owner] = ("192.168.64.130", "192.168.64.121")
    stage.now = facts_for(PLAN)
    with_controller(stage)
    (blow,) = act(stage, drill("controller"))
    assert courses(blow)["API of app"] == (
        f"{first} has no address; {APP.reservations[1].owner} has 192.168.64.130 and "
        "192.168.64.121",
    )


def test_a_controller_that_does_not_run_cannot_restart(stage: FakeStage) -> None:
    assert impossible(stage, drill("controller")) == "no ready controller runs in app"


# --- a Service made again -------------------------------------------------------------------------


class Services:
    """One Service, in the place of the API's: gone when removed, there when created."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *refusals: str) -> None:
        self.there = True
        self.refusals = list(refusals)
        self.created: list[dict[str, Any]] = []
        monkeypatch.setattr(kube_services, "read", lambda _api, key: self.read(key))
        monkeypatch.setattr(kube_services, "exists", lambda _api, _key: self.there)
        monkeypatch.setattr(kube_services, "remove", lambda _api, _key: self.remove())
        monkeypatch.setattr(kube_services, "create", lambda _api, item: self.create(item))
        monkeypatch.setattr(
            kube_services, "addresses", lambda _api, _key: ("192.168.64.122",) * self.there
        )

    def read(self, key: str) -> dict[str, Any]:
        namespace, _, name = key.partition("/")
        return {"metadata": {"namespace": namespace, "name": name, "uid": "u"}, "spec": {"a": 1}}

    def remove(self) -> None:
        self.there = False

    def create(self, item: dict[str, Any]) -> None:
        if self.refusals:
            raise Refused(422, self.refusals.pop(0))
        self.created.append(item)
        self.there = True


def test_a_service_is_deleted_and_made_again(
    stage: FakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    services = Services(monkeypatch, "the address is still taken")
    (blow,) = act(stage, drill("recreate", "app2"))
    owner = next(item.owner for item in APP.reservations if item.name == "app2")
    namespace, _, name = owner.partition("/")
    assert services.created == [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": name, "namespace": namespace},
            "spec": {"a": 1},
        }
    ]
    assert blow.done == f"Service {owner} deleted and made again"
    assert blow.restored == 0.0
    assert list(stage.folder.iterdir()) == []


def test_a_service_that_cannot_be_made_again_is_kept(
    stage: FakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    Services(monkeypatch, *["quota exceeded"] * 1000)
    told = impossible(stage, drill("recreate", "app2"))
    (kept,) = stage.folder.iterdir()
    owner = next(item.owner for item in APP.reservations if item.name == "app2")
    assert told == (
        f"Service {owner} of app was deleted and cannot be made again: quota exceeded. "
        f"Make it by hand: kubectl --context {APP.context} create -f {kept}"
    )
    assert json.loads(kept.read_text())["spec"] == {"a": 1}


def test_a_service_that_gets_no_address_is_not_as_before(
    stage: FakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    Services(monkeypatch)
    monkeypatch.setattr(kube_services, "addresses", lambda _api, _key: ())
    (blow,) = act(stage, drill("recreate", "app2"))
    owner = next(item.owner for item in APP.reservations if item.name == "app2")
    assert (blow.restored, blow.missing) == (None, f"Service {owner} waits")


# --- DNS ------------------------------------------------------------------------------------------


def test_a_dns_pod_is_deleted(stage: FakeStage) -> None:
    (blow,) = act(stage, drill("dns"))
    assert stage.pressed() == (
        "deleted kube-system/coredns-0 (0 s)",
        {"0 s)"},
        f"deleted kube-system/replacement-{len(stage.log) - 1} (1 s)",
    )
    assert courses(blow) == {"pods-app": ("up",)}
    assert blow.restored == 0.0


def test_pods_that_do_not_come_back_are_counted(
    stage: FakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_api: object, _namespace: str, name: str, **_: int) -> None:
        pods = tuple(pod for pod in stage.now["app"].pods.value if pod.name != name)
        stage.now["app"] = changed(stage.now["app"], "pods", pods)

    monkeypatch.setattr(kube_pods, "stop", gone)
    (blow,) = act(stage, drill("dns"))
    assert (blow.restored, blow.missing) == (None, "0 of 1 pods ready")


def test_a_dns_service_without_pods_cannot_lose_one(stage: FakeStage) -> None:
    stage.now["app"] = changed(stage.now["app"], "endpoints", ())
    told = impossible(stage, drill("dns"))
    assert told == "no ready pod stands behind the DNS Service of app"


# --- API servers ----------------------------------------------------------------------------------


def test_each_api_server_is_stopped_in_turn(
    stage: FakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(text: str, within: float) -> None:
        stage.log.append(text)
        stage.well = not text.startswith("stop")

    monkeypatch.setattr(command, "run", run)
    blows = act(stage, drill("api_server"))
    assert stage.log == ["stop app-cp-1", "start app-cp-1", "stop app-cp-2", "start app-cp-2"]
    assert [blow.done for blow in blows] == [
        "API server of app/app-cp-1 stopped", "API server of app/app-cp-2 stopped"
    ]  # fmt: skip
    # Of this cluster of values the front goes down with its server: it was never up meanwhile.
    assert courses(blows[0]) == {"runner": ("up", "down", "up")}
    assert blows[0].watches["runner"].value.stall == pytest.approx(10.1)


def test_a_server_that_still_answers_was_not_stopped(stage: FakeStage) -> None:
    told = impossible(stage, drill("api_server"))
    assert told == "the API server of app/app-cp-1 still answers: up"
    assert stage.log == ["stop app-cp-1 (30 s)", "start app-cp-1 (30 s)"]


def test_a_server_that_does_not_come_back_is_told(
    stage: FakeStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(text: str, within: float) -> None:
        stage.well = False

    monkeypatch.setattr(command, "run", run)
    blow, _ = act(stage, drill("api_server"))
    assert (blow.restored, blow.missing) == (None, "the API server of app/app-cp-1: down")


def test_the_only_api_server_is_left_alone(tmp_path: Path) -> None:
    assert act(FakeStage(tmp_path, BASE), drill("api_server")) == ()


def test_without_an_api_address_there_is_no_front(tmp_path: Path) -> None:
    nameless = with_cluster(PLAN, "app", api=None)
    told = impossible(FakeStage(tmp_path, nameless), drill("api_server"))
    assert told == "the plan names no API address of app"


def test_without_a_host_nobody_can_look(tmp_path: Path) -> None:
    plan = replace(PLAN, vantages=())
    told = impossible(FakeStage(tmp_path, plan), drill("api_server"))
    assert told == "no vantage point of the plan is a host"
