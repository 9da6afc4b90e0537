"""Any valid plan passes every plan check, whatever its clusters and families."""

from __future__ import annotations

from hypothesis import given

from tests.plan.judging import broken
from tests.properties.plans import plans
from trueline.intent.ledger import ledger
from trueline.model.topology import Topology


@given(plans())
def test_a_valid_plan_passes_every_check(plan: Topology) -> None:
    assert broken(plan) == {}


@given(plans())
def test_a_valid_plan_has_no_conflict_in_the_ledger(plan: Topology) -> None:
    assert ledger(plan).conflicts() == ()
