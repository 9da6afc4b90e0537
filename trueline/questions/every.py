"""All questions of a run, gathered from every area."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trueline.questions import (
    clocks,
    deployments,
    dns,
    ingress,
    isolation,
    logins,
    logs,
    matrix,
    mesh,
    metrics,
    policy,
    reach,
    services,
    traces,
    vms,
)
from trueline.questions.question import Question, Scene, each

AREAS: tuple[Callable[[Scene], Iterator[Question]], ...] = (
    services.asked,
    dns.asked,
    clocks.asked,
    policy.asked,
    isolation.asked,
    ingress.asked,
    reach.asked,
    matrix.asked,
    metrics.asked,
    logs.asked,
    traces.asked,
    logins.asked,
    deployments.asked,
    vms.asked,
    mesh.asked,
)


def asked(scene: Scene) -> dict[str, dict[str, Question]]:
    """Vantage point -> name -> question.

    Raises ValueError when two questions of one vantage point share a name and are not the same.
    """
    found: dict[str, dict[str, Question]] = {}
    for area in AREAS:
        for question in each((scene,), area):
            mine = found.setdefault(question.vantage, {})
            other = mine.setdefault(question.name, question)
            if other.probe != question.probe:
                raise ValueError(f"two questions of {question.vantage} are called {question.name}")
    return found
