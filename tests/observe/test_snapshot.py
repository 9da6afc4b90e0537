from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import fields, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest

from tests.live import changed, facts_for, unseen
from tests.observe.clocks import FakeClock
from tests.worlds import segment, with_more, with_pool, with_reservation, with_segment, world
from trueline.model.address import Address
from trueline.model.observation import ClusterFacts, SegmentFacts, Unobserved
from trueline.model.topology import Cluster, Topology
from trueline.observe import snapshot
from trueline.observe.snapshot import take_clusters, take_wire, targets
from trueline.vantage import host
from trueline.vantage.host import OutsideLab

ELSEWHERE = replace(world(), runs_in="production")
FACTS = facts_for(world())
Looks = dict[str, list[ClusterFacts]]


@pytest.fixture(autouse=True)
def named_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "describe", lambda: "this host (runner)")


@pytest.fixture
def outside_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OutsideLab("this plan runs in the lab")

    monkeypatch.setattr(host, "require_isolated", refuse)


def observing(monkeypatch: pytest.MonkeyPatch, looks: Looks) -> list[tuple[str, Any, float]]:
    """Let clusters look as listed, look by look, the last one for ever; the calls are kept."""
    calls: list[tuple[str, Any, float]] = []

    def observe(
        cluster: Cluster,
        *,
        kubeconfig: Path | None,
        timeout: float,
        now: Callable[[], float],
        young: float,
    ) -> ClusterFacts:
        assert young == ELSEWHERE.budgets.convergence
        calls.append((cluster.name, kubeconfig, timeout))
        assert now() >= 1_700_000_000
        waiting = looks[cluster.name]
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    monkeypatch.setattr(snapshot, "observe_cluster", observe)
    return calls


def moving(name: str) -> ClusterFacts:
    return changed(FACTS[name], "moving", ("Deployment default/web rolls out: 1 of 2 updated",))


# --- clusters -------------------------------------------------------------------------------------


def test_clusters_at_rest_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = observing(monkeypatch, {name: [one] for name, one in FACTS.items()})
    clock = FakeClock()
    assert take_clusters(ELSEWHERE, Path("admin.conf"), clock) == FACTS
    assert sorted(calls) == [(name, Path("admin.conf"), 5.0) for name in ("app", "control")]
    assert clock.waits == []


def test_moving_cluster_is_looked_at_until_it_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = {
        "control": [moving("control"), moving("control"), FACTS["control"]],
        "app": [FACTS["app"]],
    }
    calls = observing(monkeypatch, looks)
    clock = FakeClock()
    assert take_clusters(ELSEWHERE, None, clock) == FACTS
    assert [name for name, *_ in calls].count("control") == 3
    assert clock.waits == [1.0, 1.0]


def test_cluster_that_never_rests_costs_its_budget_and_the_last_look_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    observing(monkeypatch, {"control": [moving("control")], "app": [FACTS["app"]]})
    clock = FakeClock()
    taken = take_clusters(ELSEWHERE, None, clock)
    assert taken == {"control": moving("control"), "app": FACTS["app"]}
    assert clock.passed == ELSEWHERE.budgets.convergence == 30.0


def test_dead_cluster_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    dead = unseen(FACTS["app"], "moving", "no route to host")
    calls = observing(monkeypatch, {"control": [FACTS["control"]], "app": [dead]})
    assert take_clusters(ELSEWHERE, None, FakeClock())["app"] == dead
    assert len(calls) == 2


def test_clusters_are_asked_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    together = threading.Barrier(2, timeout=30)

    def observe(cluster: Cluster, **_: Any) -> ClusterFacts:
        together.wait()
        return FACTS[cluster.name]

    monkeypatch.setattr(snapshot, "observe_cluster", observe)
    assert take_clusters(ELSEWHERE, None, FakeClock()) == FACTS


def test_cluster_that_fails_as_nobody_planned_for_spoils_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def observe(cluster: Cluster, **_: Any) -> ClusterFacts:
        if cluster.name == "app":
            raise RecursionError("nested too deeply")
        return FACTS[cluster.name]

    monkeypatch.setattr(snapshot, "observe_cluster", observe)
    found = take_clusters(ELSEWHERE, clock=FakeClock())
    assert found["control"] == FACTS["control"]
    assert {getattr(found["app"], one.name).reason for one in fields(ClusterFacts)[1:]} == {
        "cluster app cannot be observed: RecursionError: nested too deeply"
    }


def test_plan_without_clusters_has_no_facts() -> None:
    assert take_clusters(replace(ELSEWHERE, clusters=()), None, FakeClock()) == {}


@pytest.mark.usefixtures("outside_lab")
def test_lab_is_not_asked_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = observing(monkeypatch, {})
    taken = take_clusters(world(), None, FakeClock())
    gap = Unobserved(
        reason="this plan runs in the lab",
        at=1_700_000_000.0,
        source="API of cluster app",
        vantage="this host (runner)",
    )
    facets = {field.name for field in fields(ClusterFacts)} - {"name"}
    assert {getattr(taken["app"], facet) for facet in facets} == {gap}
    assert (set(taken), calls) == ({"control", "app"}, [])


def test_lab_is_asked_from_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "require_isolated", lambda: None)
    observing(monkeypatch, {name: [one] for name, one in FACTS.items()})
    assert take_clusters(world(), None, FakeClock()) == FACTS


# --- the wire -------------------------------------------------------------------------------------


def sweeping(
    monkeypatch: pytest.MonkeyPatch,
    *,
    place: tuple[str, str] | None = ("eth0", "192.168.64.1"),
    error: Exception | None = None,
) -> list[tuple[str, str, int]]:
    """Let this host stand there and sweeps succeed, or fail; what was swept is kept."""
    swept: list[tuple[str, str, int]] = []

    def sweep(
        name: str,
        interface: str,
        wanted: tuple[Address, ...],
        *,
        window: float,
        closely: list[Address],
    ) -> Any:
        assert set(closely) & set(wanted)
        if error is not None:
            raise error
        swept.append((name, interface, len(wanted)))
        return SegmentFacts(segment=name, interface=interface, window=window, replies={})

    found = None if place is None else (place[0], ip_address(place[1]))
    monkeypatch.setattr(snapshot, "interface_for", lambda _: found)
    monkeypatch.setattr(snapshot, "sweep", sweep)
    return swept


def gap_of(topology: Topology) -> str:
    gap = take_wire(topology, FakeClock())["lan"]
    assert isinstance(gap, Unobserved)
    assert (gap.source, gap.vantage) == ("ARP sweep of segment lan", "this host (runner)")
    return gap.reason


def test_every_segment_is_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    swept = sweeping(monkeypatch)
    seen = take_wire(ELSEWHERE, FakeClock())["lan"]
    assert swept == [("lan", "eth0", 254)]
    assert seen.value.window == 0.85
    assert seen.origin == "ARP sweep of segment lan over eth0, 0.85 s from this host (runner)"


def test_host_that_is_not_on_the_segment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    sweeping(monkeypatch, place=None)
    assert gap_of(ELSEWHERE) == (
        "this host is not on segment lan (192.168.64.0/24): run from a machine that has an address "
        "there and is no node"
    )


def test_node_never_judges_its_own_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    sweeping(monkeypatch, place=("eth0", "192.168.64.12"))
    assert gap_of(ELSEWHERE) == (
        "this host is node control/control-worker-1 and never hears its own answers: run from a "
        "machine on segment lan that is no node"
    )


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            PermissionError(1, "raw sockets need root or CAP_NET_RAW"),
            "raw sockets need root or CAP_NET_RAW",
        ),
        (OSError("what a library says"), "what a library says"),
        (ValueError("not\n foreseen"), "ValueError: not foreseen"),
    ],
)
def test_sweep_that_fails_is_a_gap(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    sweeping(monkeypatch, error=error)
    assert gap_of(ELSEWHERE) == reason


def test_an_ipv6_segment_is_asked_by_neighbour_discovery(monkeypatch: pytest.MonkeyPatch) -> None:
    swept = sweeping(monkeypatch, place=("eth0", "fd00::99"))
    plan = replace(ELSEWHERE, segments=(segment("lan6", "fd00::/64", None, ()),))
    plan = with_reservation(plan, "control/vault", address="fd00::10")
    plan = with_pool(plan, "app/spare", "fd00::20-fd00::23", "fd00:0:0:0:1::/80")
    seen = take_wire(plan, FakeClock())["lan6"]
    assert swept == [("lan6", "eth0", 1 + 4)]
    assert seen.origin == (
        "neighbour discovery sweep of segment lan6 over eth0, 0.85 s from this host (runner)"
    )


@pytest.mark.usefixtures("outside_lab")
def test_lab_is_not_swept_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    swept = sweeping(monkeypatch)
    assert (gap_of(world()), swept) == ("this plan runs in the lab", [])


def test_plan_without_segments_has_no_wire() -> None:
    assert take_wire(replace(ELSEWHERE, segments=()), FakeClock()) == {}


# --- what is asked for ----------------------------------------------------------------------------


def test_every_address_of_a_small_segment_is_asked() -> None:
    wanted = targets(world(), world().segment("lan"))
    assert [str(wanted[0]), str(wanted[-1]), len(wanted)] == ["192.168.64.1", "192.168.64.254", 254]


def test_planned_addresses_of_a_large_segment_are_asked() -> None:
    plan = with_segment(world(), cidr=segment("lan", "192.168.0.0/16").cidr)
    wanted = [str(address) for address in targets(plan, plan.segment("lan"))]
    assert len(wanted) == 1 + 6 + 2 + 11 + 21  # gateway, nodes, VMs, both clusters' pools
    assert wanted[:2] == ["192.168.64.1", "192.168.64.11"]


def test_addresses_of_another_segment_are_not_asked() -> None:
    plan = with_more(world(), segments=(segment("dmz", "10.9.0.0/16", None, ()),))
    plan = with_pool(plan, "app/spare", "10.9.0.1-10.9.0.4", "fd00::1-fd00::2")
    wanted = [str(address) for address in targets(plan, plan.segment("dmz"))]
    assert wanted == ["10.9.0.1", "10.9.0.2", "10.9.0.3", "10.9.0.4"]
