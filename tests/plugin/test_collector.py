"""How often the cyclic garbage collector looks, while pytest runs and afterwards."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from fixtures import collector
from tests.plugin.project import ROOT

DEFAULT, MORE = (700, 10, 10), (20_000, 10, 10)


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_it_looks_less_often_until_pytest_ends() -> None:
    gc.set_threshold(*DEFAULT)
    cleanups: list[Callable[[], None]] = []
    collector.pytest_configure(SimpleNamespace(add_cleanup=cleanups.append))  # type: ignore[arg-type]
    assert gc.get_threshold() == MORE
    for cleanup in cleanups:
        cleanup()
    assert gc.get_threshold() == DEFAULT


@pytest.mark.parametrize("first", [0, 50_000])
def test_who_looks_even_less_often_or_never_goes_on_so(first: int) -> None:
    gc.set_threshold(first, 5, 5)
    collector.pytest_configure(SimpleNamespace(add_cleanup=callable))  # type: ignore[arg-type]
    assert gc.get_threshold() == (first, 5, 5)


def test_the_plugin_has_it() -> None:
    assert gc.get_threshold() == MORE


RING = """
class Ring:
    def __init__(self, of):
        self.itself, self.of = self, of

    def __del__(self):
        print("taken apart:", self.of)
"""
CONFTEST = f"""{RING}
ring = Ring("what is there to the end")

def pytest_collection_modifyitems():
    Ring("what was dropped before all was collected")
"""
TEST = f"""{RING}
def test_that_drops_one():
    Ring("what a test dropped")
"""


def test_only_what_tests_drop_is_taken_apart(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_it.py").write_text(TEST)
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "fixtures.collector"]
    done = subprocess.run(
        [*command, "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(tmp_path)],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    told = [line for line in done.stdout.splitlines() if "taken apart" in line]
    assert told == ["taken apart: what a test dropped"]


def test_what_was_not_looked_at_is_looked_at_again_when_pytest_has_ended() -> None:
    cleanups: list[Callable[[], None]] = []
    collector.pytest_configure(SimpleNamespace(add_cleanup=cleanups.append))  # type: ignore[arg-type]
    collector.pytest_collection_finish()
    assert gc.get_freeze_count() > 0
    for cleanup in cleanups:
        cleanup()
    assert gc.get_freeze_count() == 0
