"""A question, and what it is derived from. Values only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from trueline.model.observation import ClusterFacts, NotObserved
from trueline.model.probe import Answer, Probe, Step
from trueline.model.topology import Budgets, Topology

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What questions are derived from: the plan, what the APIs said, and a word of this run.

    `nonce` is in everything a run writes, so that it finds its own writing again; `now` is when
    the questions are derived, seconds since the epoch.
    """

    topology: Topology
    clusters: dict[str, ClusterFacts]
    nonce: str
    now: float = 0.0

    def facts(self, cluster: str) -> ClusterFacts:
        """What the API of a cluster said. Raises NotObserved when it was not asked."""
        try:
            return self.clusters[cluster]
        except KeyError:
            raise NotObserved(f"nothing was observed of cluster {cluster}") from None


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


def each(subjects: Iterable[T], ask: Callable[[T], Iterator[Question]]) -> Iterator[Question]:
    """The questions about each subject; one of which too little could be observed spoils no other.

    The check that misses an answer reads the same fact and says why.
    """
    for subject in subjects:
        try:
            yield from ask(subject)
        except NotObserved:
            continue


def probe(budgets: Budgets, *steps: Step) -> Probe:
    """A probe within the budgets of the plan."""
    return Probe(steps=steps, connect=budgets.connect_timeout, answer=budgets.answer_timeout)
