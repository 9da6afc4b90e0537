"""Discover drafts the running lab as it was planned, and a run on the draft is green."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.discovery.expected import BEYOND, OPEN, beyond, open_of
from tools.lab.lab import Lab
from tools.lab.paths import state
from tools.lab_run import in_runner, run_suites
from trueline.discovery.differences import differences
from trueline.intent.load import load

pytestmark = pytest.mark.lab

# What a reviewer knows of this machine: everything of the lab shares it, so answers take longer.
OPEN_BUDGETS = "# budgets: {convergence: 60}"
BUDGETS = "budgets: {convergence: 30, connect_timeout: 3, clock_skew: 5}"


@dataclass(frozen=True)
class Discovered:
    """What discover wrote and what it said."""

    path: Path
    said: list[str]


@pytest.fixture(scope="module")
def discovered(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Discovered:
    """A draft of the lab, made in the runner as a user makes it."""
    path = tmp_path_factory.mktemp("discover") / "my.yaml"
    contexts = [f"--context={cluster.context}" for cluster in lab.topology.clusters]
    against = f"--against={state() / 'topology.yaml'}"
    done = in_runner(lab, "-m", "tools.discover", *contexts, f"--output={path}", against)
    assert done.returncode == 0, done.stderr
    return Discovered(path=path, said=done.stderr.splitlines())


def test_everything_that_can_be_discovered_is_as_planned(lab: Lab, discovered: Discovered) -> None:
    apart = differences(load(discovered.path), lab.topology)
    assert open_of(apart) == OPEN
    assert beyond(apart) == BEYOND
    assert discovered.said[-1].endswith(", 0 without a mark in the draft"), discovered.said


def test_a_run_on_the_draft_is_green(lab: Lab, discovered: Discovered, tmp_path: Path) -> None:
    plan = tmp_path / "reviewed.yaml"
    text = discovered.path.read_text()
    assert OPEN_BUDGETS in text
    plan.write_text(text.replace(OPEN_BUDGETS, BUDGETS))
    run = run_suites(lab, tmp_path, "suites/", "-q", "-n", "auto", f"--topology={plan}")
    assert (run.having("fail"), run.having("unknown")) == ({}, {})
    assert run.code == 0, run.text
    # Names that nobody speaks of cannot be asked for: each is an exception, until it is planned.
    assert set(run.having("exempted")) == {"PLAN-060"}
