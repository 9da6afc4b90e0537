"""Any planted defect is found, by the requirements that own it alone, with all parties named."""

from __future__ import annotations

import inspect
import re
from typing import cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plan.judging import broken, judgements
from tests.properties import defects_networks, defects_pools, defects_use
from tests.properties.plans import plans
from tests.properties.planting import DEFECTS
from tests.properties.profiles import examples
from trueline.model.verdict import Verdict
from trueline.planning.judging import plan_checks


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found_and_named(name: str) -> None:
    @settings(examples(0.1), suppress_health_check=list(HealthCheck))
    @given(st.data())
    def found(data: st.DataObject) -> None:
        planted = DEFECTS[name](cast(st.DrawFn, data.draw), data.draw(plans()))
        assert " ".join(broken(planted.topology)) == planted.broken
        told = "\n".join(
            f"{claim.subject} {claim.expected} {claim.observed}"
            for _, judgement in judgements(planted.topology)
            for claim in judgement.claims
            if claim.verdict is Verdict.FAIL and judgement.check.requirement.id in planted.broken
        )
        assert [party for party in map(str, planted.parties) if party not in told] == []

    found()


def test_every_binding_requirement_has_a_planted_defect() -> None:
    modules = (defects_networks, defects_pools, defects_use)
    text = "".join(inspect.getsource(module) for module in modules)
    checks = plan_checks().values()
    binding = {item.requirement.id for item in checks if not item.requirement.advisory}
    assert binding == set(re.findall(r"PLAN-\d{3}", text))
