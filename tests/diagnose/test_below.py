"""The ladder below a red: what it stands on."""

from __future__ import annotations

from dataclasses import dataclass

from trueline.diagnose.below import Ladder, Stage
from trueline.diagnose.ladder import LAYERS, RUNGS, layer


@dataclass(frozen=True)
class Made:
    requirement: str
    check: str = "holds"
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


RED = Made("L2-004", needs=("address:a", "cluster:app", "pool:app/p"))
IDENTITY = Made("CLU-001", "is_itself", takes=("cluster:app",))
POOL = Made("LB-004", "is_as_planned", takes=("pool:app/p",))
OTHER_POOL = Made("LB-004", "is_as_planned", takes=("pool:app/q",))
PLANNED = Made("PLAN-020", "is_inside", takes=("pool:app/p", "address:a"))
HIGHER = Made("REACH-001", takes=("address:a",))


def test_what_a_red_needs_is_below_it_from_the_ground_up_and_each_once() -> None:
    found = Ladder([POOL, HIGHER, OTHER_POOL, PLANNED, RED, IDENTITY, POOL]).below([RED])
    assert found == (
        Stage("the plan", "PLAN-020", "is_inside", (PLANNED,)),
        Stage("clusters, nodes and pod networks", "CLU-001", "is_itself", (IDENTITY,)),
        Stage("the load balancer", "LB-004", "is_as_planned", (POOL, POOL)),
    )


def test_the_ladder_of_several_reds_is_all_that_one_of_them_needs() -> None:
    second = Made("L2-004", needs=("pool:app/q",))
    (stage,) = Ladder([POOL, OTHER_POOL]).below([RED, second])
    assert stage.claims == (POOL, OTHER_POOL)


def test_what_stands_as_high_as_a_red_is_not_below_it() -> None:
    beside = Made("L2-004", "another", takes=("address:a",))
    assert Ladder([beside, POOL]).below([RED]) == (
        Stage("the load balancer", "LB-004", "is_as_planned", (POOL,)),
    )


def test_below_nothing_is_nothing() -> None:
    assert Ladder([POOL]).below([]) == ()
    assert Ladder([RED]).below([RED]) == ()


def test_every_requirement_has_its_part_of_the_ladder() -> None:
    tops = [top for top, _ in LAYERS]
    assert tops == sorted(tops)
    assert {layer(requirement) for requirement in RUNGS} | {"the plan", "the rest"} == {
        name for _, name in LAYERS
    }
    assert (layer("PLAN-001"), layer("DNS-004"), layer("NEW-001")) == (
        "the plan",
        "names",
        "the rest",
    )
