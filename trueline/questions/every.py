"""All questions of a run, gathered from every area."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trueline.model.observation import NotObserved
from trueline.questions import services
from trueline.questions.question import Question, Scene

AREAS: tuple[Callable[[Scene], Iterator[Question]], ...] = (services.asked,)


def asked(scene: Scene) -> dict[str, dict[str, Question]]:
    """Vantage point -> name -> question.

    An area that needs a fact which could not be observed asks what it can: the check that misses
    an answer reads the same fact and says why. Raises ValueError when two questions of one vantage
    point share a name and are not the same.
    """
    found: dict[str, dict[str, Question]] = {}
    for area in AREAS:
        for question in _as_far_as_it_goes(area, scene):
            mine = found.setdefault(question.vantage, {})
            other = mine.setdefault(question.name, question)
            if other.probe != question.probe:
                raise ValueError(f"two questions of {question.vantage} are called {question.name}")
    return found


def _as_far_as_it_goes(
    area: Callable[[Scene], Iterator[Question]], scene: Scene
) -> Iterator[Question]:
    try:
        yield from area(scene)
    except NotObserved:
        return
