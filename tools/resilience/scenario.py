"""What can happen to a run: what is done before it starts, and what while it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tools.lab.lab import Lab
from tools.resilience.run import Run
from tools.resilience.trial import Promise


@contextmanager
def nothing(_lab: Lab, _home: Path) -> Iterator[list[str]]:
    """Nothing is done before a run starts."""
    yield []


def leave_alone(_lab: Lab, _run: Run, _random: Random) -> None:
    """Nothing happens while a run goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One thing that can happen to a run.

    `times` it is tried, each at another moment, which `strikes` says there is, and at the earliest
    `after` seconds from the beginning. `before` is in force around the run, is given a folder for
    its reports, and gives more words for the command line. `strike` happens at that moment.
    """

    id: str
    title: str
    promise: Promise
    times: int = 1
    after: float = 0.0
    before: Callable[[Lab, Path], AbstractContextManager[list[str]]] = nothing
    strike: Callable[[Lab, Run, Random], None] = leave_alone

    @property
    def strikes(self) -> bool:
        """Whether it happens while the run goes on."""
        return self.strike is not leave_alone
