"""Questions of what-if to a plan as a value or as the text of a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.planning.plan_text import text_of
from tests.worlds import (
    TODAY,
)
from trueline.intent.load import read
from trueline.model.topology import Topology
from trueline.planning.difference import unified
from trueline.planning.proposal import Asked, Proposal, proposed

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "topology.yaml").read_text(encoding="utf-8")


def propose(plan: Topology | str, **asked: Any) -> Proposal:
    text = plan if isinstance(plan, str) else text_of(plan)
    return proposed(text.encode(), "plan.yaml", Asked(**asked), TODAY)


def changed(plan: Topology | str, **asked: Any) -> list[str]:
    """The lines that a change takes away and adds."""
    text = plan if isinstance(plan, str) else text_of(plan)
    lines = unified(text, propose(text, **asked).text, "plan.yaml")
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


def after(plan: Topology | str, **asked: Any) -> Topology:
    return read(propose(plan, **asked).text.encode(), "plan.yaml")
