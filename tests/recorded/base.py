"""The healthy run that every recording is made of: what a lab of two clusters said on one day."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeVar

from tests.live import with_each
from tests.recorded.altering import also_asked, macs, remembering
from trueline.compare.facts import Facts
from trueline.intent.load import read
from trueline.model.observation import ClusterFacts, EndedFact, PodFact
from trueline.model.topology import Topology
from trueline.observe import store
from trueline.questions import forwarding, neighbours
from trueline.questions.question import Scene

T = TypeVar("T")
HEALTHY = Path(__file__).parent / "healthy"


@cache
def topology() -> Topology:
    """The plan of the run."""
    return read((HEALTHY / "topology.yaml").read_bytes(), "topology.yaml")


@cache
def facts() -> Facts:
    """What the run observed."""
    stored = Facts(
        clusters={name: _told(one) for name, one in _stored(store.CLUSTERS).items()},
        wire=_stored(store.WIRE),
        answers=_stored(store.ANSWERS),
    )
    return _passing_on(_remembering(stored))


@cache
def day() -> date:
    """The day of the run, which its certificates are judged by."""
    record = json.loads((HEALTHY / "run.json").read_text(encoding="utf-8"))
    return date.fromisoformat(record["day"])


def _remembering(facts: Facts) -> Facts:
    """With what hosts remember of reserved addresses, which was not asked yet: who answers."""
    for item in topology().reservations:
        for vantage in neighbours.hosts(topology(), item):
            (mac,) = macs(facts, item.address)
            facts = remembering(facts, vantage.name, item, mac)
    return facts


def _passing_on(facts: Facts) -> Facts:
    """With what nodes get at reserved ports, which was not asked of them yet: what a host gets."""
    scene = Scene(topology=topology(), clusters=facts.clusters, nonce="", now=0.0)
    for question in forwarding.asked(scene):
        facts = also_asked(facts, question.vantage, question.name, question.name, of="runner")
    return facts


def _told(cluster: ClusterFacts) -> ClusterFacts:
    """With the ends of containers, which were not stored yet: long ago, as the lab came up."""

    def told(pod: PodFact) -> PodFact:
        name, at = next(iter(pod.images)), cluster.pods.at - 3600
        end = EndedFact(container=name, at=at, code=1, reason="Error", times=pod.restarts)
        return replace(pod, ended=(end,)) if pod.restarts else pod

    return with_each(cluster, "pods", told)


def _stored(part: store.Part[T]) -> T:
    packed = HEALTHY / f"{part.kind}.json.gz"
    return part.parse(gzip.decompress(packed.read_bytes()).decode(), name=packed.name)
