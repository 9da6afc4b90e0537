"""How long each place was without an answer, and whether all came back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.told import lines
from tests.worlds import at, node, with_cluster, world
from trueline.checks import drills as checks
from trueline.model.check import Check
from trueline.model.drill import WIRE, Beat, Blow, Drill, Drilled, Watch
from trueline.model.observation import Observation, Observed, Unobserved
from trueline.model.topology import Topology

PLAN = world()
FAILOVER = Drill(kind="failover", cluster="control", name="prometheus", at=at(1))
RECREATE = Drill(kind="recreate", cluster="app", name="app2", at=at(2))
CONTROLLER = Drill(kind="controller", cluster="app", at=at(3))
DNS = Drill(kind="dns", cluster="app", at=at(4))
API = Drill(kind="api_server", cluster="app", at=at(5), stop="stop {node}", start="start {node}")
TWO = with_cluster(
    PLAN,
    "app",
    nodes=(
        node("app", "app-cp-1", "192.168.64.21", role="control-plane"),
        node("app", "app-cp-2", "192.168.64.24", role="control-plane"),
    ),
)


def watched(*beats: tuple[float, bool, str]) -> Observed[Watch]:
    made = tuple(Beat(at=when, good=good, said=said) for when, good, said in beats)
    return Observation(value=Watch(beats=made), at=0.0, source="3 looks", vantage="there")


def came_to(drill: Drill, *, restored: float | None = 2.0, **watches: Observed[Watch]) -> Drilled:
    named = {WIRE if name == "wire" else name: seen for name, seen in watches.items()}
    blow = Blow(done="it was done", watches=named, restored=restored, missing="1 of 2 pods ready")
    return {str(drill): Observation(value=(blow,), at=0.0, source="drill", vantage="this host")}


MOVED = watched((-0.2, True, "w1"), (0.3, False, "nobody"), (1.5, True, "w2"), (3.0, True, "w1"))
SLOW = watched((-0.2, True, "w1"), (0.3, False, "nobody"), (12.0, True, "w2"))
LOST = watched((-0.2, True, "w1"), (0.3, False, "nobody"), (29.0, False, "nobody"))
SICK = watched((-0.2, False, "nobody"), (1.5, True, "w2"))
BLIND = Unobserved(reason="no raw socket", at=0.0, source="looks", vantage="there")


def test_an_address_is_announced_again_and_serves() -> None:
    drilled = came_to(FAILOVER, wire=MOVED, runner=MOVED)
    assert lines(checks.address_is_announced_again, FAILOVER, PLAN, drilled) == [
        "PASS failover control/prometheus seen from the wire: never longer than 10 s without | "
        "at most 1.7 s without (w1, then nobody, then w2, then w1)"
    ]
    (served,) = lines(checks.clients_are_served_again, FAILOVER, PLAN, drilled)
    assert served.startswith("PASS failover control/prometheus seen from runner: ")
    (claim,) = checks.address_is_announced_again(FAILOVER, PLAN, drilled).claims
    assert claim.evidence == ("3 looks from there", "it was done")


@pytest.mark.parametrize(
    ("seen", "told"),
    [
        (SLOW, "FAIL | at most 12.2 s without (w1, then nobody, then w2)"),
        (
            watched((0.0, True, "w1"), (1.0, False, "nobody"), (10.0, True, "w2")),
            "UNKNOWN | nobody looked before",
        ),
        (
            watched((0.0, False, "nobody"), (10.0, True, "w2")),
            "UNKNOWN | nobody looked before",
        ),
        (
            watched((0.5, False, "nobody"), (10.0, True, "w2")),
            "UNKNOWN | nobody looked before",
        ),
        (
            watched((-1.0, True, "w1"), (0.0, False, "nobody"), (9.0, True, "w2")),
            "PASS | at most 10.0 s without (w1, then nobody, then w2)",
        ),
        (LOST, "FAIL | still without after 29.2 s (w1, then nobody)"),
        (SICK, "UNKNOWN | it was not well before: nobody"),
        (watched((1.0, True, "w1")), "UNKNOWN | nobody looked before"),
        (BLIND, "UNKNOWN | no raw socket"),
    ],
)
@pytest.mark.parametrize(
    ("check", "drill", "topology"),
    [
        (checks.clients_are_served_again, FAILOVER, PLAN),
        (checks.names_survive_a_dns_pod, DNS, PLAN),
        (checks.api_survives_one_server, API, TWO),
    ],
)
def test_slow_lost_and_untold_are_told_apart(
    check: Check, drill: Drill, topology: Topology, seen: Observed[Watch], told: str
) -> None:
    (line,) = lines(check, drill, topology, came_to(drill, runner=seen))
    assert f"{line.split()[0]} | {line.rpartition(' | ')[2]}" == told


def test_each_of_several_blows_is_named() -> None:
    one = came_to(API, runner=MOVED)[str(API)].value[0]
    two = replace(one, done="another was done")
    both = {str(API): Observation(value=(one, two), at=0.0, source="drill", vantage="this host")}
    told = [line.partition(": never")[0] for line in lines(
        checks.api_survives_one_server, API, TWO, both)]  # fmt: skip
    assert told == [
        "PASS api server app: it was done, seen from runner",
        "PASS api server app: another was done, seen from runner",
    ]


def test_a_long_course_is_cut() -> None:
    words = [(-1.0, True, "a"), *((float(step), True, str(step)) for step in range(8))]
    seen = came_to(DNS, runner=watched(*words))
    (line,) = lines(checks.names_survive_a_dns_pod, DNS, PLAN, seen)
    assert line.endswith("(a, then 0, then 1, then 2, then 3, then 4, then 3 more)")
    all_told = came_to(DNS, runner=watched(*words[:6]))
    (line,) = lines(checks.names_survive_a_dns_pod, DNS, PLAN, all_told)
    assert line.endswith("(a, then 0, then 1, then 2, then 3, then 4)")


def test_a_service_may_take_as_long_as_things_take_to_settle() -> None:
    seen = came_to(RECREATE, runner=SLOW)
    check = checks.service_gets_its_address_back
    (line,) = lines(check, RECREATE, PLAN, seen)
    assert line.startswith("PASS recreate app/app2 seen from runner: never longer than 30 s")
    hasty = replace(PLAN, budgets=replace(PLAN.budgets, convergence=5.0))
    assert lines(check, RECREATE, hasty, seen)[0].startswith("FAIL")


def test_addresses_never_leave_their_services() -> None:
    check = checks.addresses_survive_the_controller
    words = "every look shows the reserved addresses"
    kept = watched((-0.1, True, "as reserved"), (3.0, True, "as reserved"))
    assert lines(check, CONTROLLER, came_to(CONTROLLER, api=kept)) == [
        f"PASS controller app seen from api: {words} | as reserved"
    ]
    moved = watched(
        (-0.1, True, "as reserved"), (1.0, False, "apps/app1 has none"), (2.0, True, "as reserved")
    )
    (line,) = lines(check, CONTROLLER, came_to(CONTROLLER, api=moved))
    assert line.startswith("FAIL")
    assert line.endswith("| as reserved, then apps/app1 has none, then as reserved")
    (line,) = lines(check, CONTROLLER, came_to(CONTROLLER, api=SICK))
    assert line.startswith("UNKNOWN")


def test_all_is_as_before_or_what_is_missing_is_told() -> None:
    check = checks.drill_leaves_all_as_before
    assert lines(check, DNS, PLAN, came_to(DNS, runner=MOVED)) == [
        "PASS dns app: it was done: as before within 30 s | as before after 2.0 s"
    ]
    assert lines(check, DNS, PLAN, came_to(DNS, restored=None)) == [
        "FAIL dns app: it was done: as before within 30 s | after 30 s: 1 of 2 pods ready"
    ]


def test_a_cluster_with_one_api_server_has_none_to_spare() -> None:
    told = ["NOT_APPLICABLE api server app: nothing is asked | "
            "the plan has no second control plane in app"]  # fmt: skip
    assert lines(checks.api_survives_one_server, API, PLAN, {}) == told
    assert lines(checks.drill_leaves_all_as_before, API, PLAN, {}) == told


def test_a_drill_that_was_not_carried_out_proves_nothing() -> None:
    check = checks.names_survive_a_dns_pod
    assert lines(check, DNS, PLAN, {})[0].endswith("| the drill was not carried out")
    assert lines(check, DNS, PLAN, came_to(DNS))[0].endswith("| nobody looked")
    gap = Unobserved(reason="no ready pod", at=0.0, source="drill", vantage="this host")
    assert lines(check, DNS, PLAN, {str(DNS): gap})[0].endswith("| no ready pod")
