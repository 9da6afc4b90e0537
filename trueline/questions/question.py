"""A question, and what it is derived from. Values only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answer, Probe, Step
from trueline.model.topology import Budgets, Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What questions are derived from: the plan, what the APIs said, and a word of this run.

    `nonce` is in everything a run writes, so that it finds its own writing again.
    """

    topology: Topology
    clusters: dict[str, ClusterFacts]
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One probe from one vantage point; `name` is how a check finds the answer, unique there.

    With `until`, it is asked when all other questions have been answered, again and again until
    `until` says of the answer that it is what was awaited, or `budgets.round_trip` is spent.
    """

    vantage: str
    name: str
    probe: Probe
    until: Callable[[Answer], bool] | None = None


def probe(budgets: Budgets, *steps: Step) -> Probe:
    """A probe within the budgets of the plan."""
    return Probe(steps=steps, connect=budgets.connect_timeout, answer=budgets.answer_timeout)
