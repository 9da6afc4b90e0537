"""What pods reach: one batch for each vantage pod, all at once, a gap where one cannot run it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.observe.clocks import FakeClock
from tests.worlds import world
from trueline.model.observation import Observation, TcpFact, Unobserved
from trueline.model.source import Source
from trueline.model.topology import Topology, Vantage
from trueline.observe.views import own_services, take_views
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
    return replace(world(), vantages=tuple(points))


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


def test_a_plan_without_vantage_pods_asks_nothing() -> None:
    assert take_views(replace(world(), vantages=())) == {}


def test_a_plan_without_dns_service_asks_for_the_api_alone() -> None:
    cluster = replace(world().cluster("app"), dns_service=None)
    assert own_services(cluster) == [("10.97.0.1", 443)]
