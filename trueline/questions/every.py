"""All questions of a run, gathered from every area."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

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
    sizes,
    speakers,
    traces,
    tunnels,
    vms,
)
from trueline.questions.question import Question, Scene, each

Ask = Callable[[Scene], Iterator[Question]]

# By the folder of the suite whose checks read the answers.
AREAS: dict[str, tuple[Ask, ...]] = {
    "clusters": (services.asked, tunnels.asked, clocks.called),
    "dns": (dns.asked,),
    "ingress": (ingress.asked,),
    "isolation": (isolation.asked,),
    "metallb": (speakers.asked,),
    "mtls": (mesh.asked,),
    "policy": (policy.asked,),
    "reach": (
        reach.asked,
        matrix.asked,
        sizes.asked,
        metrics.asked,
        logs.asked,
        traces.asked,
        logins.asked,
        deployments.asked,
    ),
    "time": (clocks.asked,),
    "vms": (vms.asked,),
}


def asked(scene: Scene, areas: Collection[str] | None = None) -> dict[str, dict[str, Question]]:
    """Vantage point -> name -> question, of some areas; by default, or for an unknown one, of all.

    Raises ValueError when two questions of one vantage point share a name and are not the same.
    """
    found: dict[str, dict[str, Question]] = {}
    wanted = AREAS if areas is None or not set(areas) <= set(AREAS) else areas
    chosen = [ask for area, asks in AREAS.items() if area in wanted for ask in asks]
    for area in chosen:
        for question in each((scene,), area):
            mine = found.setdefault(question.vantage, {})
            other = mine.setdefault(question.name, question)
            if other.probe != question.probe:
                raise ValueError(f"two questions of {question.vantage} are called {question.name}")
    return found
