"""What an API lists first changes nothing: facts in any order come to the same claims."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.judging import causes, judge_all
from tests.recorded import base
from tests.recorded.registry import every
from tests.recorded.shuffling import shuffled
from trueline.compare.facts import Facts
from trueline.model.topology import Topology

FEW = settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # an order that is told shorter would say nothing more
    suppress_health_check=[HealthCheck.too_slow],
)
# Between them, they turn most areas red, and so show the texts that are told of many things.
SICK = ("FL-01", "FL-04")


def claims(topology: Topology, facts: Facts) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """(requirement, subject) -> how its claims stand, with what was observed."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for one in judge_all(topology, facts, base.day()):
        said = (one.standing, one.observed)
        found.setdefault((one.requirement, one.subject), []).append(said)
    return {key: sorted(said) for key, said in found.items()}


@cache
def _as_listed() -> dict[tuple[str, str], list[tuple[str, str]]]:
    return claims(base.topology(), base.facts())


@FEW
@given(seed=st.integers(0, 2**32))
def test_the_order_of_facts_changes_no_claim(seed: int) -> None:
    plan, facts = base.topology(), base.facts()
    assert claims(plan, shuffled(facts, Random(seed))) == _as_listed()


@pytest.mark.parametrize("name", SICK)
def test_the_order_of_facts_changes_no_red_and_no_cause(name: str) -> None:
    plan, facts = every()[name].change(base.topology(), base.facts())
    other = shuffled(facts, Random(name))
    assert claims(plan, other) == claims(plan, facts)
    assert _causes(plan, other) == _causes(plan, facts)


def _causes(plan: Topology, facts: Facts) -> list[tuple[str, str]]:
    said = judge_all(plan, facts, base.day())
    return [(item.cause.requirement, item.cause.subject) for item in causes(said)]
