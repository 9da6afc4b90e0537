"""The real lab, brought up from nothing once for all tests of this folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.lab.host import Host
from tools.lab.lab import Lab


def lab_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m tools.lab` as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "tools.lab", *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="session")
def untouched() -> Host:
    """The host before the lab; a lab that was up is taken down first."""
    done = lab_command("down")
    assert done.returncode == 0, done.stdout + done.stderr
    return Host.now()


@contextmanager
def running_lab(*arguments: str) -> Iterator[Lab]:
    """A lab, up by `python -m tools.lab up` with some arguments; down at the end."""
    done = lab_command("up", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    running = Lab.load()
    try:
        yield running
    finally:
        for cluster in running.clusters.values():
            cluster.close()
        lab_command("down")


@pytest.fixture(scope="session")
def lab(untouched: Host) -> Iterator[Lab]:
    """The compact lab, up and answering."""
    with running_lab("--profile", "compact") as running:
        yield running
