"""What pods reach: one batch for each vantage pod, all at once, a gap where one cannot run it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.observe.clocks import FakeClock
from tests.worlds import with_cluster, world
from trueline.model.observation import Observation, TcpFact, Unobserved
from trueline.model.source import Source
from trueline.model.topology import Topology, Vantage
from trueline.observe.views import own_services, take_views
from trueline.vantage import host
from trueline.vantage.host import OutsideLab
from trueline.vantage.place import Pod, Unreachable


def plan() -> Topology:
    points = [
        Vantage(name=name, kind=kind, cluster=cluster, segment=None, pod=pod, at=Source("t", 1))
        for name, kind, cluster, pod in (
            ("runner", "host", None, None),
            ("pods-control", "pod", "control", "trueline/probe"),
            ("pods-app", "pod", "app", "trueline/other"),
        )
    ]
    return replace(world(), runs_in="anywhere", vantages=tuple(points))


def connected(address: str, port: int) -> TcpFact:
    return TcpFact(
        address=address, port=port, outcome="connected", local="10.244.0.9", after=0.1, detail=""
    )


def test_each_vantage_pod_is_asked_for_its_own_services(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(
        self: Pod, targets: Sequence[tuple[str, int]], *, timeout: float
    ) -> tuple[TcpFact, ...]:
        assert timeout == plan().budgets.connect_timeout
        if self.name == "pods-app":
            raise Unreachable(f"pod {self.pod} ran no probe: not found")
        return tuple(connected(*target) for target in targets)

    monkeypatch.setattr(Pod, "connect", connect)
    clock = FakeClock()
    assert take_views(plan(), clock=clock) == {
        "pods-control": Observation(
            value=(connected("10.96.0.1", 443), connected("10.96.0.10", 53)),
            at=clock.now(),
            source="TCP probes",
            vantage="pod trueline/probe of control",
        ),
        "pods-app": Unobserved(
            reason="pod trueline/other ran no probe: not found",
            at=clock.now(),
            source="TCP probes",
            vantage="pod trueline/other of app",
        ),
    }


def test_a_vantage_that_fails_as_nobody_planned_for_is_a_gap_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def connect(self: Pod, targets: Sequence[tuple[str, int]], *, timeout: float) -> object:
        if self.name == "pods-app":
            raise KeyError("address")
        return ()

    monkeypatch.setattr(Pod, "connect", connect)
    views = take_views(plan(), clock=FakeClock())
    assert isinstance(views["pods-control"], Observation)
    gap = views["pods-app"]
    assert isinstance(gap, Unobserved)
    assert gap.reason == "pod trueline/other ran no probe: KeyError: 'address'"


def test_each_cluster_is_reached_by_its_own_kubeconfig(monkeypatch: pytest.MonkeyPatch) -> None:
    used: dict[str, str] = {}

    def connect(self: Pod, targets: Sequence[tuple[str, int]], *, timeout: float) -> object:
        used[self.name] = self.kubeconfig
        return ()

    monkeypatch.setattr(Pod, "connect", connect)
    monkeypatch.setenv("KUBECONFIG", "everyday")
    own = with_cluster(plan(), "app", kubeconfig="app.conf", at=Source("network/t.yaml", 1))
    take_views(own, clock=FakeClock())
    assert used == {"pods-control": "everyday", "pods-app": "network/app.conf"}
    take_views(own, Path("given.conf"), FakeClock())
    assert used == {"pods-control": "given.conf", "pods-app": "given.conf"}


def test_lab_pods_are_not_asked_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OutsideLab("this plan runs in the lab")

    monkeypatch.setattr(host, "require_isolated", refuse)
    monkeypatch.delattr(Pod, "connect")
    views = take_views(replace(plan(), runs_in="lab"), clock=FakeClock())
    assert [str(view) for view in views.values()] == [
        str(Unobserved(reason="this plan runs in the lab", at=FakeClock().now(),
                       source="TCP probes", vantage=f"pod trueline/{pod} of {cluster}"))
        for pod, cluster in (("probe", "control"), ("other", "app"))
    ]  # fmt: skip


def test_a_plan_without_vantage_pods_asks_nothing() -> None:
    assert take_views(replace(plan(), vantages=())) == {}


def test_a_plan_without_dns_service_asks_for_the_api_alone() -> None:
    cluster = replace(world().cluster("app"), dns_service=None)
    assert own_services(cluster) == [("10.97.0.1", 443)]
