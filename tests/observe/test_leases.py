"""The leases of a run over its clusters: shared, alone, waited for, refused, given back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.kube.api import FakeApi, Pki, Served, kubeconfig, status
from tests.kube.leases import LEASE, LEASES, KeptLease
from tests.observe.clocks import FakeClock
from tests.worlds import world
from trueline.model.lease import Hold
from trueline.model.topology import Topology
from trueline.observe import leases
from trueline.observe.leases import Leases

NOW = FakeClock().now()
DRILLS = Hold(run="d1", group="d1", since=NOW - 60, until=NOW + 540, alone=True)
LOOKS = replace(DRILLS, run="o1", group="o1", alone=False)
SAID = (
    "run d1 is alone there for its drills since 2023-11-14 22:12:20 UTC "
    "(until 2023-11-14 22:22:20 UTC at most)"
)


@pytest.fixture
def plan(api: FakeApi, pki: Pki, tmp_path: Path) -> Topology:
    config = kubeconfig(tmp_path, api.url, pki.ca)
    base = world()
    one = replace(base.clusters[0], context="app", kubeconfig=str(config))
    return replace(base, clusters=(one,))


def take(plan: Topology, clock: FakeClock | None = None, **more: Any) -> tuple[Leases, list[str]]:
    said: list[str] = []
    values: dict[str, Any] = {"run": "r1", "group": "r1", "alone": False}
    found = leases.take_leases(
        plan, kubeconfig=None, clock=clock or FakeClock(), say=said.append, **{**values, **more}
    )
    return found, said


def test_a_run_holds_what_answers_and_gives_it_back(plan: Topology, api: FakeApi) -> None:
    kept = KeptLease(api)
    found, said = take(plan)
    assert (found.held, dict(found.lacking), found.refused, said) == (("control",), {}, None, [])
    assert list(kept.holds) == [Hold(run="r1", group="r1", since=NOW, until=NOW + 600, alone=False)]
    assert leases.load(leases.dump(found)) == found
    leases.leave(plan, found, kubeconfig=None, clock=FakeClock())
    assert list(kept.holds) == []


def test_shards_of_one_run_share(plan: Topology, api: FakeApi) -> None:
    kept = KeptLease(api)
    for number in (1, 2):
        found, _ = take(plan, run=f"night-{number}of2", group="night")
        assert found.held == ("control",)
    assert [hold.run for hold in kept.holds] == ["night-1of2", "night-2of2"]


def test_drills_wait_for_those_who_look_and_say_so(plan: Topology, api: FakeApi) -> None:
    kept = KeptLease(api, LOOKS)
    clock = FakeClock()
    found, said = take(plan, clock, alone=True)
    assert found.held == ("control",)
    assert clock.passed == 540  # until that hold has expired
    assert said == [
        "waiting for cluster control: run o1 observes it since 2023-11-14 22:12:20 UTC "
        "(until 2023-11-14 22:22:20 UTC at most)"
    ]
    assert [hold.alone for hold in kept.holds] == [True]


def test_whoever_stays_is_named(plan: Topology, api: FakeApi) -> None:
    kept = KeptLease(api, replace(DRILLS, until=NOW + 9000))
    found, _ = take(plan)
    assert found.held == ()
    assert found.refused == (
        "cluster control is in use: run d1 is alone there for its drills since "
        "2023-11-14 22:12:20 UTC (until 2023-11-15 00:43:20 UTC at most); waited 900 s. Run again "
        "when it has ended: kubectl -n trueline get lease trueline -o yaml shows who is at work"
    )
    assert [hold.run for hold in kept.holds] == ["d1"]


def test_a_run_that_is_refused_somewhere_holds_nothing(
    plan: Topology, api: FakeApi, pki: Pki, tmp_path: Path
) -> None:
    other = KeptLease(api, replace(DRILLS, until=NOW + 9000))
    with Served(pki) as second:
        first = KeptLease(second)
        config = kubeconfig(tmp_path, second.url, pki.ca, context="second")
        mine = replace(plan.clusters[0], name="first", context="second", kubeconfig=str(config))
        both = replace(plan, clusters=(mine, *plan.clusters))
        found, _ = take(both, alone=True)
        assert (found.held, first.holds) == ((), ())
    assert other.holds[0].run == "d1"


def test_without_permission_a_run_goes_on_and_says_so(plan: Topology, api: FakeApi) -> None:
    api.routes[LEASE] = status(403, "leases is forbidden")
    found, _ = take(plan)
    assert (found.held, found.refused) == ((), None)
    assert found.notes == (
        "no lease of control could be held, so drills of another run may have disturbed this one: "
        f"the kubeconfig may not read {LEASE}: forbidden",
    )


def test_a_namespace_that_is_not_there_is_said(plan: Topology, api: FakeApi) -> None:
    found, _ = take(plan)
    assert found.lacking == {"control": f"{api.url} has no {LEASES}"}


def test_a_cluster_that_does_not_answer_is_told_by_those_who_look(
    plan: Topology, tmp_path: Path
) -> None:
    gone = replace(plan.clusters[0], kubeconfig=str(tmp_path / "none"))
    found, _ = take(replace(plan, clusters=(gone,)))
    assert (found.held, dict(found.lacking), found.refused) == ((), {}, None)


def test_others_who_change_it_all_the_time(plan: Topology, api: FakeApi) -> None:
    kept = KeptLease(api)
    kept.meanwhile = lambda: kept.set()
    found, _ = take(plan)
    assert found.lacking == {"control": "others changed the lease trueline/trueline all the time"}


def test_a_drill_holds_for_longer_unless_another_run_has_come(plan: Topology, api: FakeApi) -> None:
    kept = KeptLease(api)
    found, _ = take(plan, alone=True)
    clock = FakeClock(NOW + 100)
    assert leases.renew(plan, found, 200, kubeconfig=None, clock=clock) is None
    assert kept.holds[0].until == NOW + 300
    kept.set(DRILLS)
    assert leases.renew(plan, found, 200, kubeconfig=None, clock=FakeClock()) == (
        f"cluster control is in use: {SAID}"
    )
    api.on_put[LEASE] = status(500, "etcd is away")
    kept.set()
    assert leases.renew(plan, found, 200, kubeconfig=None, clock=FakeClock()) == (
        f"the lease of control could not be renewed: {api.url} answers 500 to {LEASE}: etcd is away"
    )
