"""All questions of a run, gathered from every area."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from trueline.questions import (
    clocks,
    deep,
    deployments,
    dns,
    forwarding,
    ingress,
    isolation,
    logins,
    logs,
    matrix,
    mesh,
    metrics,
    neighbours,
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
    "deep": (deep.asked,),
    "dns": (dns.asked,),
    "ingress": (ingress.asked,),
    "isolation": (isolation.asked,),
    "l2": (neighbours.asked, forwarding.asked),
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

    Those of the area `deep` are asked only where it is named: there are many.

    Raises ValueError when two questions of one vantage point share a name and are not the same.
    """
    found: dict[str, dict[str, Question]] = {}
    wanted = set(AREAS if areas is None else areas)
    if areas is None or not wanted <= set(AREAS):
        wanted = (set(AREAS) - {"deep"}) | ({"deep"} & set(areas or ()))
    chosen = [ask for area, asks in AREAS.items() if area in wanted for ask in asks]
    for area in chosen:
        for question in each((scene,), area):
            mine = found.setdefault(question.vantage, {})
            other = mine.setdefault(question.name, question)
            if other.probe != question.probe:
                raise ValueError(f"two questions of {question.vantage} are called {question.name}")
    return found
