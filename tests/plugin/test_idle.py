"""A run that needs no hypothesis does not import it; one that does hears what it has to tell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.plugin.project import ROOT

LOOK = """
import atexit, sys

atexit.register(lambda: print("imported:", "hypothesis" in sys.modules))
"""
PLAIN = "def test_plain():\n    pass\n"
GIVEN = """
from hypothesis import given, strategies

@given(strategies.integers())
def test_given(number):
    pass
"""


def told(folder: Path, test: str, *words: str) -> list[str]:
    """What pytest prints about hypothesis, for one test."""
    (folder / "conftest.py").write_text(LOOK)
    (folder / "test_one.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "fixtures.idle", "-c", os.devnull]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", *words, "--rootdir", str(folder), str(folder)],
        capture_output=True, text=True, check=True, cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return [line for line in done.stdout.splitlines() if "ypothesis" in line or "import" in line]


def test_what_no_test_needs_is_not_imported(tmp_path: Path) -> None:
    assert told(tmp_path, PLAIN) == ["imported: False"]


def test_what_a_test_has_used_tells_of_it(tmp_path: Path) -> None:
    lines = told(tmp_path, GIVEN, "--hypothesis-show-statistics")
    assert [line.strip("= ") for line in lines] == ["Hypothesis Statistics", "imported: True"]


def test_it_may_be_gone_already(tmp_path: Path) -> None:
    assert told(tmp_path, PLAIN, "-p", "no:hypothesispytest") == ["imported: False"]


def test_the_plugin_has_it(pytestconfig: pytest.Config) -> None:
    assert pytestconfig.pluginmanager.has_plugin("fixtures.idle")
