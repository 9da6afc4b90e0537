"""Look at the app cluster of the reference, and say what could not be seen."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any

from tests.kube.objects import CREATED_AT
from tests.worlds import world
from trueline.model.observation import ClusterFacts, NotObserved
from trueline.model.topology import Cluster
from trueline.probes.kube import observe_cluster

NOW = CREATED_AT + 300.0
APP = world().cluster("app")


def look(
    config: Path | None, *, cluster: Cluster = APP, timeout: float = 5.0, **more: Any
) -> ClusterFacts:
    return observe_cluster(cluster, kubeconfig=config, timeout=timeout, now=lambda: NOW, **more)


def reasons(facts: ClusterFacts) -> dict[str, str]:
    """The facets that are gaps, and why."""
    found = {}
    for field in fields(ClusterFacts):
        if field.name == "name":
            continue
        try:
            _ = getattr(facts, field.name).value
        except NotObserved as gap:
            found[field.name] = str(gap)
    return found


def dead(facts: ClusterFacts) -> str:
    """The one reason of a cluster of which nothing could be seen."""
    found = reasons(facts)
    assert len(found) == len(fields(ClusterFacts)) - 1
    [reason] = set(found.values())
    return reason
