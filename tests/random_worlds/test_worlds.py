"""Random consistent worlds: all is green; what one thing turns red is what owns it, and no more.

Covered are all areas of the suites but drills, whose facts are not observed but brought about, and
every requirement of these areas has a mutation of its own. Products are in those worlds alone that
a mutation asks them for.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.judging import Said, every_test, judge_all, standing
from tests.properties.profiles import examples
from tests.random_worlds import (
    mutations_clusters,
    mutations_dns,
    mutations_mesh,
    mutations_metallb,
    mutations_products,
    mutations_ranges,
    mutations_reach,
    mutations_wire,
)
from tests.random_worlds.mutating import ANY, MUTATIONS, Pick
from tests.random_worlds.respelling import respelt
from tests.random_worlds.worlds import World, worlds
from tests.recorded.shuffling import shuffled
from tests.worlds import TODAY
from trueline.compare.facts import Facts
from trueline.model.address import address_of, in_url
from trueline.model.verdict import Verdict
from trueline.questions import every

MODULES = (
    mutations_clusters,
    mutations_dns,
    mutations_mesh,
    mutations_metallb,
    mutations_products,
    mutations_ranges,
    mutations_reach,
    mutations_wire,
)

OWNED_TOO = {"ING-005"}  # by mutations that others own as well, where the plan says who may

# The areas that are judged by what is observed; that of the plan has properties of its own.
LIVE = (
    *("clusters", "dns", "ingress", "isolation", "l2", "metallb", "mtls", "policy", "reach"),
    *("time", "vms"),
)


FEW = settings(examples(0.07), suppress_health_check=list(HealthCheck))


def _unseen(said: list[Said]) -> list[str]:
    """What could not be told although it was observed."""
    return [one.line for one in said if one.verdict is Verdict.UNKNOWN]


def _red(said: list[Said]) -> dict[str, list[str]]:
    """What is wrong, by requirement: what is only advised too, though it fails no run."""
    found: dict[str, list[str]] = {}
    for one in said:
        if one.verdict is Verdict.FAIL:
            found.setdefault(one.requirement, []).append(one.line)
    return found


@settings(FEW, phases=[Phase.generate])
@given(worlds())
def test_a_world_that_is_well_is_green(world: World) -> None:
    said = world.judged()
    assert standing(said, "fail") == {}
    assert _unseen(said) == []


@settings(FEW, max_examples=2, phases=[Phase.generate])
@given(worlds(most=2, products=True))
def test_a_world_with_products_is_green(world: World) -> None:
    said = world.judged()
    assert standing(said, "fail") == {}
    assert _unseen(said) == []


@settings(FEW, max_examples=2, phases=[Phase.generate])
@given(worlds(most=2))
def test_every_area_examines_something(world: World) -> None:
    passed = Counter(one.area for one in world.judged(*LIVE) if one.standing == "pass")
    wanted = set(LIVE)
    wanted -= set() if world.plan.mesh else {"mtls"}
    wanted -= set() if world.plan.policies else {"policy"}
    wanted -= set() if world.plan.ingress.routes else {"ingress"}
    wanted -= set() if world.plan.vms else {"vms"}
    assert wanted <= set(passed)


@settings(FEW, max_examples=6, phases=[Phase.generate])
@given(worlds(most=2, products=True))
def test_every_request_names_its_host_as_http_has_it(world: World) -> None:
    asked = every.asked(world.scene).values()
    steps = [step for mine in asked for one in mine.values() for step in one.probe.steps]
    hosts = {step.request.host for step in steps if step.request}
    assert {host for host in hosts if address_of(host) and in_url(host) != host} == set()


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_is_caught_by_who_owns_it_and_nobody_else(name: str) -> None:
    mutation = MUTATIONS[name]

    @settings(FEW, max_examples=max(1, settings().max_examples // 50), phases=[Phase.generate])
    @given(st.data())
    def caught(data: st.DataObject) -> None:
        world = data.draw(worlds(most=2, products=mutation.products))
        mutated = mutation.mutate(Pick(cast(st.DrawFn, data.draw)), world)
        said = mutated.judged(*LIVE)
        owners = sorted([*mutation.owners.split(), *mutation.also(world).split()])
        red = _red(said)
        assert sorted(red) == owners, red
        doubts = {line.partition(" ")[0] for line in _unseen(said)}
        assert mutation.doubts == ANY or doubts <= set(mutation.doubts.split()), _unseen(said)

    caught()


def test_every_requirement_has_a_mutation_that_it_owns() -> None:
    owned = {name for one in MUTATIONS.values() for name in one.owners.split()} | OWNED_TOO
    judged = {name for name in _requirements() if not name.startswith(("PLAN", "DRILL"))}
    assert judged - owned == set()


def _requirements() -> set[str]:
    return {check.requirement.id for _, _, check in every_test()}


@settings(FEW, max_examples=2, phases=[Phase.generate])
@given(worlds(most=2), st.integers(0, 2**32))
def test_order_and_spelling_change_no_verdict(world: World, seed: int) -> None:
    facts = world.facts
    other = shuffled(replace(facts, clusters=respelt(facts.clusters)), Random(seed))
    assert _verdicts(world, other) == _verdicts(world, facts)


def _verdicts(world: World, facts: Facts) -> Counter[tuple[str, str]]:
    said = judge_all(world.plan, facts, TODAY, *LIVE)
    return Counter((one.requirement, one.standing) for one in said)
