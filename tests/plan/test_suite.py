"""suites/plan holds one test for each plan check, and gives it what it asks for."""

from __future__ import annotations

import ast
from pathlib import Path

from trueline.planning.judging import parameters, plan_checks

SUITE = Path(__file__).parents[2] / "suites" / "plan"


def _tests() -> dict[str, ast.FunctionDef]:
    return {
        node.name: node
        for path in sorted(SUITE.glob("test_*.py"))
        for node in ast.parse(path.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }


def test_every_check_has_its_test() -> None:
    assert sorted(_tests()) == sorted(f"test_{name}" for name in plan_checks())


def test_every_test_judges_its_own_check_with_what_it_asks_for() -> None:
    for name, check in plan_checks().items():
        test = _tests()[f"test_{name}"]
        asked = ", ".join(parameters(check))
        assert ast.unparse(test) == (
            f"@pytest.mark.verifies({name})\ndef test_{name}({asked}, judge):\n    judge({asked})"
        )
