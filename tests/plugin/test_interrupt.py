"""Ctrl-C, a worker that is killed, and what is seen while a run observes: a process of its own.

What blocks waits for a file or for the interruption itself, so nothing depends on how fast it is.
"""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path

import pytest

from fixtures.run import Run
from fixtures.snapshot import kept
from tests.plugin.project import HEADER, Project
from trueline.model.observation import Unobserved
from trueline.observe.store import DRILLED
from trueline.report.journal import Journal
from trueline.report.run import RunFolder

BLOCKS = """\
import os
from pathlib import Path
from threading import Event

import pytest

import trueline.observe.snapshot

HERE = Path(__file__).parent


def blocked(name):
    (HERE / f"{name}.at").write_text(str(os.getpid()))
    while not (HERE / "go").exists():
        Event().wait(0.02)


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    take = trueline.observe.snapshot.take_clusters

    def blocks(*words):
        blocked("observing")
        return take(*words)

    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    patch.setattr(trueline.observe.snapshot, "take_clusters", blocks)
"""
WAITS = (
    HEADER
    + """
from blocks import blocked


@pytest.mark.verifies(demo.name_is_long)
def test_a(cluster, judge):
    judge(cluster)


@pytest.mark.verifies(demo.name_is_long)
def test_b(cluster, judge):
    blocked("testing")
    judge(cluster)
"""
)

OBSERVES = WAITS.replace('    blocked("testing")\n', "").replace("b(cluster", "b(cluster, snapshot")
SUITE = "suites/plan/test_plan.py::test"


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    made = Project(pytester)
    made.plugin("blocks", BLOCKS)
    return made


@contextmanager
def started(
    project: Project, *arguments: str, output: int = subprocess.PIPE, env: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-m", "pytest", "suites", "--run", "r1", *arguments]
    with subprocess.Popen(
        words, cwd=project.path, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        start_new_session=True,
        # What runs in the background of a script ignores Ctrl-C, and so would what it starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:  # fmt: skip
        try:
            yield running
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)


@pytest.fixture
def env() -> dict[str, str]:
    own = ("TRUELINE_", "KUBECONFIG", "PYTEST_", "COV_", "CI")
    found = {name: text for name, text in os.environ.items() if not name.startswith(own)}
    return found | {"TERM": "xterm", "COLUMNS": "80"}


def reached(project: Project, name: str, running: subprocess.Popen[bytes]) -> None:
    """Wait until the run has come there. A run that ended never will."""
    while not (project.path / f"{name}.at").exists():
        with suppress(subprocess.TimeoutExpired):
            running.wait(0.02)
            pytest.fail("the run ended before")


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_an_interrupted_test_leaves_what_was_judged(
    project: Project, env: dict[str, str], workers: str
) -> None:
    project.write("suites/plan/test_plan.py", WAITS)
    with started(project, workers, "-v", env=env) as running:
        assert running.stdout is not None
        # A verdict reaches whoever was started by hand before it reaches the terminal.
        seen = until(
            running.stdout.fileno(), rb"PASSED[^\n]*test_a\[north\]|test_a\[north\] PASSED"
        )
        reached(project, "testing", running)
        os.killpg(running.pid, signal.SIGINT)
        output, errors = running.communicate()
        output = seen + output
    folder = project.path / "reports" / "r1"
    closed = json.loads((folder / "summary.json").read_text())
    assert running.returncode == 2, output + errors
    assert closed["stopped"] == "interrupted"
    assert f"{SUITE}_a[north]" in closed["tests"]
    assert f"{SUITE}_b[north]" in closed["not_run"]
    claims = (folder / "journal.jsonl").read_text().splitlines()
    assert {json.loads(one)["test"] for one in claims} >= set(closed["tests"])
    assert b"stopped early: interrupted" in output
    assert b"INTERNALERROR" not in output + errors


@pytest.mark.parametrize("workers", ["-n0", "-n2"])
def test_an_interrupted_observation_leaves_what_was_judged_and_a_closed_run(
    project: Project, env: dict[str, str], workers: str
) -> None:
    project.write("suites/plan/test_plan.py", OBSERVES)
    with started(project, workers, env=env) as running:
        reached(project, "observing", running)
        os.killpg(running.pid, signal.SIGINT)
        output, errors = running.communicate()
    folder = project.path / "reports" / "r1"
    closed = json.loads((folder / "summary.json").read_text())
    assert running.returncode == 2, output + errors
    assert closed["stopped"] == "interrupted"
    assert f"{SUITE}_b[north]" in closed["not_run"]
    assert not (folder / "snapshot" / "clusters.json").exists()
    assert not (folder / "progress").exists()
    assert b"INTERNALERROR" not in output + errors


def test_another_worker_observes_where_one_was_killed(
    project: Project, env: dict[str, str]
) -> None:
    project.write("suites/plan/test_plan.py", OBSERVES)
    with started(project, "-n2", env=env) as running:
        reached(project, "observing", running)
        os.kill(int((project.path / "observing.at").read_text()), signal.SIGKILL)
        (project.path / "go").write_text("")
        output, errors = running.communicate()
    folder = project.path / "reports" / "r1"
    closed = json.loads((folder / "summary.json").read_text())
    assert (running.returncode, errors) == (1, b"")
    (lost,) = closed["broken"]  # the one that it was running
    assert {closed["tests"].pop(lost), *closed["tests"].values()} == {"broken", "passed"}
    assert (closed["stopped"], closed["not_run"], len(closed["tests"])) == (None, [], 3)
    assert [phase["name"] for phase in closed["phases"]] == ["clusters"]
    assert f"worker 'gw0' crashed while running '{lost}'".encode() in output.replace(b"gw1", b"gw0")


def until(terminal: int, pattern: bytes) -> bytes:
    """What a terminal shows, read until it has shown something."""
    seen = b""
    while not re.search(pattern, seen):
        part = os.read(terminal, 4096)
        assert part, seen
        seen += part
    return seen


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
def test_a_terminal_shows_what_is_observed_below_the_dots(
    project: Project, env: dict[str, str], workers: str
) -> None:
    project.write("suites/plan/test_plan.py", OBSERVES)
    ours, theirs = pty.openpty()
    with started(project, workers, output=theirs, env=env) as running:
        os.close(theirs)
        seen = until(ours, rb"\n\robserving clusters, \d+ s so far\x1b\[K")
        Path(project.path / "go").write_text("")
        # The line is taken away, and the cursor goes back behind the dots.
        seen += until(ours, rb"\r\x1b\[K\x1b\[A\x1b\[\d+G")
        rest = b""
        with suppress(OSError):  # of a terminal that nobody has any more
            while part := os.read(ours, 4096):
                rest += part
    os.close(ours)
    assert running.returncode == 0, seen + rest
    assert b"4 passed" in rest


def test_without_a_terminal_nothing_is_shown(project: Project, env: dict[str, str]) -> None:
    project.write("suites/plan/test_plan.py", OBSERVES)
    with started(project, "-n0", env=env) as running:
        reached(project, "observing", running)
        Path(project.path / "go").write_text("")
        output, errors = running.communicate()
    assert (running.returncode, errors) == (0, b"")
    assert b"observing" not in output


def test_what_was_observed_before_is_kept_where_it_is_read_again(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, "r1")
    folder.facts.mkdir()
    journal = Journal(folder.journals, run="r1", worker="main")
    keep = kept(Run(folder, "main", date(2026, 1, 1), journal), DRILLED)
    gap = Unobserved(reason="interrupted", at=1.0, source="drill", vantage="here")
    keep({"dns app": gap})
    assert DRILLED.load(folder.facts / "drills.json") == {"dns app": gap}
    (folder.facts / "drills.json").unlink()
    folder.facts.rmdir()
    keep({"dns app": gap})  # nothing can be kept, and the interruption goes on
    assert not folder.facts.exists()
