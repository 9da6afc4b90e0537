"""All drills of a run: each a fact or a gap of its own, outside the lab none; and the stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv4Address, ip_address
from pathlib import Path

import pytest

from tests.live import facts_for
from tests.observe.clocks import FakeClock
from tests.worlds import at, world
from trueline.model.drill import Blow, Drill, Drilled
from trueline.model.frame import NeighbourReply
from trueline.model.observation import SegmentFacts
from trueline.model.probe import Answer, Probe, Step
from trueline.model.topology import Topology, Vantage
from trueline.observe import drill_stage, drills
from trueline.observe.drill_stage import Impossible, Stage
from trueline.observe.posts import Posts
from trueline.observe.store import DRILLED
from trueline.probes import kube_client

DNS = Drill(kind="dns", cluster="app", at=at(4))
API = Drill(kind="api_server", cluster="app", at=at(5))
HOST = Vantage(name="runner", kind="host", cluster=None, segment="lan", at=at(1))
PLAN = replace(world(), runs_in="anywhere", drills=(DNS, API), vantages=(HOST,))
BLOW = Blow(done="done", watches={}, restored=1.0)


def take(plan: Topology, folder: Path) -> Drilled:
    return drills.take_drills(plan, {}, run="r1", folder=folder, clock=FakeClock())


def test_one_drill_that_fails_spoils_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_stage: Stage, _drill: Drill) -> tuple[Blow, ...]:
        raise Impossible("no ready pod")

    monkeypatch.setattr(drills, "ACTS", {"dns": fails, "api_server": lambda *_: (BLOW,)})
    found = take(PLAN, tmp_path)
    assert list(found) == ["dns app", "api server app"]
    assert found["dns app"].kind == "gap"
    assert found["dns app"].reason == "no ready pod"
    assert found["api server app"].value == (BLOW,)
    assert DRILLED.parse(DRILLED.dump(found)) == found
    one = drills.take_drills(
        PLAN, {}, run="r1", folder=tmp_path, clock=FakeClock(), only={"api server app"}
    )
    assert list(one) == ["api server app"]


def test_a_defect_of_our_own_is_a_gap_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_stage: Stage, _drill: Drill) -> tuple[Blow, ...]:
        raise ValueError("a bad\nthing")

    monkeypatch.setattr(drills, "ACTS", {"dns": fails, "api_server": fails})
    gap = take(PLAN, tmp_path)["dns app"]
    assert gap.kind == "gap"
    assert gap.reason == "ValueError: a bad thing"


def test_a_drill_is_not_carried_out_while_something_is_against_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drills, "ACTS", {"dns": lambda *_: (BLOW,), "api_server": lambda *_: ()})
    found = drills.take_drills(
        PLAN, {}, run="r1", folder=tmp_path, clock=FakeClock(),
        begin=lambda drill: "app is in use" if drill == API else None,
    )  # fmt: skip
    assert found["dns app"].value == (BLOW,)
    gap = found["api server app"]
    assert gap.kind == "gap"
    assert gap.reason == "app is in use"


def test_nothing_is_disturbed_outside_the_lab(tmp_path: Path) -> None:
    gap = take(replace(PLAN, runs_in="lab"), tmp_path)["dns app"]
    assert gap.kind == "gap"
    assert gap.reason.startswith("this plan runs in the lab and ")


def test_others_wait_for_all_drills_and_each_server() -> None:
    one = 4 * 30 + 10 + 60
    assert drills.longest(PLAN) == 3 * one
    assert drills.longest(replace(PLAN, drills=())) == 0


# --- the stage ------------------------------------------------------------------------------------


def stage(folder: Path) -> Stage:
    posts = Posts(PLAN, {}, run="r1", kubeconfig=None, clock=FakeClock())
    return Stage(topology=PLAN, posts=posts, folder=folder, clock=FakeClock(), kubeconfig=None)


def test_a_look_is_taken_from_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Here:
        def ask(self, batch: Mapping[str, Probe]) -> dict[str, Answer]:
            return {name: Answer(replies=(), at=probe.connect) for name, probe in batch.items()}

    def place(_posts: Posts, vantage: Vantage) -> Here:
        assert vantage == HOST
        return Here()

    mine = stage(tmp_path)
    monkeypatch.setattr(Posts, "place", place)
    probe = Probe(steps=(Step(transport="tcp", host="127.0.0.1", port=1),), connect=7.0, answer=1.0)
    looks = mine.looks([mine.host()], probe, lambda answer: (True, f"{answer.at:g}"))
    mine.posts.close()
    assert {name: look() for name, look in looks.items()} == {"runner": (True, "7")}


def test_who_announces_is_heard_on_the_segment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = ip_address("192.168.64.103")
    heard = SegmentFacts(
        segment="lan",
        interface="eth0",
        window=0.1,
        replies={str(vault): (NeighbourReply(mac="02:00:00:00:00:01", after=0.0),)},
    )
    here: list[tuple[str, IPv4Address] | None] = [("eth0", IPv4Address("192.168.64.1"))]
    monkeypatch.setattr(drill_stage, "interface_for", lambda _network: here[0])
    monkeypatch.setattr(drill_stage, "sweep", lambda *_, **__: heard)
    mine, control = stage(tmp_path), PLAN.cluster("control")
    assert mine.holders(control, [vault]) == {vault: {"02:00:00:00:00:01"}}

    def deaf(*_: object, window: float) -> SegmentFacts:
        raise PermissionError(1, "raw sockets need root")

    monkeypatch.setattr(drill_stage, "sweep", deaf)
    with pytest.raises(Impossible, match="segment lan cannot be heard"):
        mine.holders(control, [vault])
    here[0] = None
    with pytest.raises(Impossible, match="this host is not on segment lan"):
        mine.holders(control, [vault])


def test_clusters_and_their_apis_are_asked_anew_and_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    facts = facts_for(PLAN)["app"]

    def connect(context: str, _kubeconfig: str, _timeout: float) -> object:
        made.append(context)
        return object()

    monkeypatch.setattr(kube_client, "connect", connect)
    monkeypatch.setattr(drill_stage, "observe_cluster", lambda *_, **__: facts)
    mine, app = stage(tmp_path), PLAN.cluster("app")
    assert mine.api(app) is mine.api(app)
    assert made == [app.context]
    assert mine.facts(app) is facts
    assert mine.reservation("app", "app2").name == "app2"


def test_an_interruption_leaves_the_drills_that_were_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_stage: Stage, _drill: Drill) -> tuple[Blow, ...]:
        raise KeyboardInterrupt

    monkeypatch.setattr(drills, "ACTS", {"dns": lambda *_: (BLOW,), "api_server": interrupted})
    kept: list[Drilled] = []
    counts: list[tuple[int, int]] = []
    with pytest.raises(KeyboardInterrupt):
        drills.take_drills(
            PLAN,
            {},
            run="r1",
            folder=tmp_path,
            clock=FakeClock(),
            told=lambda *count: counts.append(count),
            keep=kept.append,
        )
    assert counts == [(0, 2), (1, 2)]
    assert kept[0]["dns app"].value == (BLOW,)
    gap = kept[0]["api server app"]
    assert gap.kind == "gap"
    assert gap.reason == "the run was interrupted before this drill was done"
