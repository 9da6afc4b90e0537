"""What the shards of one run observed, as one set of facts: for causes, and to compare runs by.

Every shard looked by itself. Of each cluster and segment the look with the fewest gaps is kept; a
vantage point keeps every answer that any shard got from it. The shards wrote under words of their
own, so the whole is not for judging again: its shards are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import TypeVar

from trueline.model.observation import ClusterFacts, Observed
from trueline.model.probe import Answer, Answers
from trueline.observe.store import ANSWERS, CLUSTERS, WIRE, Part
from trueline.report.run import RunFolder

T = TypeVar("T")
View = Observed[dict[str, Answer]]


def write(shards: Sequence[RunFolder], target: RunFolder) -> None:
    """Write the facts of the whole, as far as there are any. Raises store.DamagedStore."""
    target.facts.mkdir(exist_ok=True)
    if clusters := _loaded(shards, CLUSTERS):
        CLUSTERS.save(target.facts / f"{CLUSTERS.kind}.json", _best(clusters, _gaps))
    if wire := _loaded(shards, WIRE):
        WIRE.save(target.facts / f"{WIRE.kind}.json", _best(wire, _is_gap))
    if answers := _loaded(shards, ANSWERS):
        ANSWERS.save(target.facts / f"{ANSWERS.kind}.json", joined(answers))


def joined(found: Sequence[Answers]) -> Answers:
    """Every answer of any shard; of two under one name, the earlier shard's."""
    views: dict[str, View] = {}
    for answers in found:
        for name, view in answers.views.items():
            views[name] = _both(views[name], view) if name in views else view
    trust = _best([answers.trust for answers in found], _is_gap)
    return Answers(nonce=found[0].nonce, views=views, trust=trust)


def _both(first: View, second: View) -> View:
    if first.kind == "gap":
        return second
    if second.kind == "gap":
        return first
    return type(first)(
        value={**second.value, **first.value},
        at=first.at,
        source=first.source,
        vantage=first.vantage,
    )


def _loaded(shards: Iterable[RunFolder], part: Part[T]) -> list[T]:
    paths = (shard.facts / f"{part.kind}.json" for shard in shards)
    return [part.load(path) for path in paths if path.exists()]


def _best(found: Sequence[Mapping[str, T]], gaps: Callable[[T], int]) -> dict[str, T]:
    """Of each name the value with the fewest gaps, of the earliest shard where several have."""
    values: dict[str, list[T]] = {}
    for facts in found:
        for name, value in facts.items():
            values.setdefault(name, []).append(value)
    return {name: min(several, key=gaps) for name, several in values.items()}


def _gaps(facts: ClusterFacts) -> int:
    """How much could not be seen of a cluster."""
    return sum(
        getattr(getattr(facts, one.name), "kind", "") == "gap" for one in fields(ClusterFacts)
    )


def _is_gap(fact: Observed[T]) -> int:
    return int(fact.kind == "gap")
