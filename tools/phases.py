"""The phases of a command: each runs to its end, is timed, and counts its tests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
_GRACE = 60.0  # seconds; fixtures that take a lab down need some


def say(text: str = "") -> None:
    """One line, at once: the output of the commands in between must not overtake it.

    When nobody reads any more, a lab still has to be taken down: the work goes on in silence.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@dataclass(frozen=True, slots=True)
class Counts:
    """Tests of one or more pytest runs; an error counts as failed."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def counts(junit: Path) -> Counts:
    """The tests in a JUnit file; a run that left none behind is one failed test."""
    try:
        suites = list(ElementTree.parse(junit).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return Counts(failed=1)

    def total(*names: str) -> int:
        return sum(int(suite.get(name, "0")) for suite in suites for name in names)

    failed, skipped = total("failures", "errors"), total("skipped")
    return Counts(total("tests") - failed - skipped, failed, skipped)


def _run(command: Sequence[str | Path], env: Mapping[str, str] | None, limit: float | None) -> int:
    """Run a command in a process group of its own and return its exit code.

    So Ctrl-C reaches it through us alone, once, as it does when we are ended from outside.
    Raises TimeoutExpired after `limit` seconds; then too it has ended.
    """
    child = subprocess.Popen(command, cwd=ROOT, env=env, process_group=0)
    try:
        return child.wait(timeout=limit)
    finally:
        if child.poll() is None:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a command and what it started; another Ctrl-C cuts its clean-up short."""
    try:
        os.killpg(child.pid, signal.SIGINT)
        child.wait(timeout=_GRACE)
    except subprocess.TimeoutExpired:
        pass
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


@dataclass(frozen=True, slots=True)
class Phase:
    """What became of one phase; `trouble` is empty when it went well."""

    name: str
    seconds: float
    trouble: str


@dataclass(slots=True)
class Phases:
    """A command's phases in order. `budget` bounds all of them together, in seconds."""

    budget: float = float("inf")
    now: Callable[[], float] = time.monotonic
    done: list[Phase] = field(default_factory=list)
    tests: Counts = field(default_factory=Counts)
    left_out: list[str] = field(default_factory=list)
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.now()

    @property
    def left(self) -> float:
        """Seconds until the budget is used up; never nothing, so that a command can still start."""
        return max(0.1, self.budget - (self.now() - self.began))

    def step(self, name: str, work: Callable[[], str]) -> bool:
        """Do `work`, which returns its trouble or an empty text; whether it went well."""
        say(f"\n--- {name}")
        start = self.now()
        trouble = work()
        self.done.append(Phase(name, self.now() - start, trouble))
        if trouble:
            say(f"--- {name}: {trouble}")
        return not trouble

    def run(
        self, name: str, command: Sequence[str | Path], env: Mapping[str, str] | None = None
    ) -> bool:
        """Run a command from the root of the project, with its output as it comes."""

        def work() -> str:
            try:
                code = _run(command, env, self._limit())
            except subprocess.TimeoutExpired:
                return f"not finished when the budget of {self.budget:.0f} s was used up"
            return f"exit {code}" if code else ""

        return self.step(name, work)

    def pytest(
        self,
        name: str,
        *words: str,
        under: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> bool:
        """Run pytest and add its tests to the total; `under` is a module that starts it."""
        with tempfile.TemporaryDirectory(prefix="trueline-") as folder:
            junit = Path(folder) / "junit.xml"
            start = (sys.executable, *under, "-m", "pytest")
            good = self.run(name, (*start, *words, f"--junitxml={junit}"), env)
            self.tests += counts(junit)
        return good

    @property
    def good(self) -> bool:
        """Whether every phase went well."""
        return not any(phase.trouble for phase in self.done)

    def table(self) -> str:
        """One line a phase: seconds, name, result."""
        rows = [
            f"{phase.seconds:7.1f} s  {phase.name:24} {phase.trouble or 'ok'}"
            for phase in self.done
        ]
        total = f"{self.now() - self.began:7.1f} s  together"
        return "\n".join([*rows, total, *(f"left out: {what}" for what in self.left_out)])

    def _limit(self) -> float | None:
        return None if self.budget == float("inf") else self.left
