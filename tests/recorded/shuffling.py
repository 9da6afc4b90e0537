"""The same facts in another order, which means nothing: lists of an API, entries of a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from random import Random
from typing import Any, TypeVar

from trueline.compare.facts import Facts
from trueline.model.observation import ClusterFacts, Observation, SegmentFacts
from trueline.model.probe import Answers

K = TypeVar("K")
V = TypeVar("V")


def shuffled(facts: Facts, random: Random) -> Facts:
    """The same facts; every list of an API, every reply on the wire, every mapping in any order."""
    assert facts.answers is not None
    return Facts(
        clusters={name: _cluster(one, random) for name, one in _any(facts.clusters, random)},
        wire={name: _seen(one, random) for name, one in _any(facts.wire, random)},
        answers=_answers(facts.answers, random),
    )


def _cluster(facts: ClusterFacts, random: Random) -> ClusterFacts:
    facets = (item.name for item in fields(facts) if item.name != "name")
    return replace(facts, **{name: _seen(getattr(facts, name), random) for name in facets})


def _seen(seen: Any, random: Random) -> Any:
    """An observation with what it lists in any order; a gap stays as it is."""
    if not isinstance(seen, Observation):
        return seen
    return replace(seen, value=_value(seen.value, random))


def _value(value: Any, random: Random) -> Any:
    if isinstance(value, tuple):
        return tuple(_object(item, random) for item in random.sample(value, len(value)))
    if isinstance(value, dict):
        return dict(_any(value, random))
    if isinstance(value, SegmentFacts):
        replies = {
            name: tuple(random.sample(heard, len(heard)))
            for name, heard in _any(value.replies, random)
        }
        return replace(value, replies=replies)
    return value


def _object(item: Any, random: Random) -> Any:
    """One object of an API with its labels and annotations in any order."""
    try:
        parts = fields(item)
    except TypeError:
        return item
    mappings = {
        part.name: dict(_any(getattr(item, part.name), random))
        for part in parts
        if isinstance(getattr(item, part.name), dict)
    }
    return replace(item, **mappings)


def _answers(given: Answers, random: Random) -> Answers:
    return replace(
        given,
        views={name: _seen(view, random) for name, view in _any(given.views, random)},
        trust=dict(_any(given.trust, random)),
    )


def _any(entries: Mapping[K, V], random: Random) -> list[tuple[K, V]]:
    listed = list(entries.items())
    random.shuffle(listed)
    return listed
