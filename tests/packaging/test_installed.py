"""`pip install .`: the library, the command `trueline`, and the plugin for suites of one's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from trueline.command import TOOLS

ROOT = Path(__file__).parents[2]
PARTS = ("pyproject.toml", "setup.py", "README.md", "LICENSE")
TREES = ("trueline", "fixtures", "suites", "tools")
OWN = ("TRUELINE_", "KUBECONFIG", "PYTEST_", "PYTHONPATH", "COV_")
PLAN = ROOT / "examples" / "three-clusters.yaml"

OWN_SUITE = """\
import pytest

from tools.mine import WANTED
from trueline.checks.plan_clusters import api_endpoint_is_planned


@pytest.mark.verifies(api_endpoint_is_planned)
def test_api_endpoint(cluster, judge):
    judge(cluster)


def test_of_another_kind(topology):
    assert len(topology.clusters) == WANTED
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with trueline installed into it, by pip, from its sources alone."""
    base = tmp_path_factory.mktemp("packaging")
    source, target = base / "source", base / "site"
    source.mkdir()
    for part in PARTS:
        shutil.copy(ROOT / part, source)
    for tree in TREES:
        shutil.copytree(ROOT / tree, source / tree, ignore=shutil.ignore_patterns("__pycache__"))
    words = ("install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index")
    done = subprocess.run(
        [sys.executable, "-m", "pip", *words, "--target", str(target), str(source)],
        capture_output=True, text=True, check=False, env=environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return target


def environment(site: Path | None = None) -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    return env if site is None else env | {"PYTHONPATH": str(site)}


def run(site: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=cwd, env=environment(site), capture_output=True, text=True, check=False,
    )  # fmt: skip


def trueline(site: Path, cwd: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return run(site, cwd, str(site / "bin" / "trueline"), *words)


def test_only_trueline_gets_a_name_of_its_own(site: Path) -> None:
    names = {path.name for path in site.iterdir() if path.suffix != ".dist-info"}
    assert names - {"__pycache__"} == {"bin", "trueline"}
    assert not (site / "trueline" / "installed" / "tools" / "lab").exists()


def test_suites_run_on_the_plan_of_where_they_are_run(site: Path, tmp_path: Path) -> None:
    shutil.copy(PLAN, tmp_path / "topology.yaml")
    done = trueline(site, tmp_path, "pytest", "suites/plan", "-q", "--run", "r1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "report: reports/r1\n" in done.stdout
    record = json.loads((tmp_path / "reports" / "r1" / "run.json").read_text(encoding="utf-8"))
    assert (record["release"], record["commit"]) == ("0.2.0", None)
    again = trueline(site, tmp_path, "rejudge")
    assert again.stderr == ""
    assert again.stdout.endswith("claims, 0 stand otherwise\n")
    assert again.stdout.startswith("run r1 judged again: ")


def test_suites_of_ones_own_have_its_fixtures_and_keep_their_names(
    site: Path, tmp_path: Path
) -> None:
    shutil.copy(PLAN, tmp_path / "topology.yaml")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "mine.py").write_text("WANTED = 3\n")
    (tmp_path / "test_own.py").write_text(OWN_SUITE)
    done = run(site, tmp_path, "-m", "pytest", "-q", "--reports", "kept", "--run", "r1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 claims examined by 4 tests" in done.stdout
    assert (tmp_path / "kept" / "r1" / "journal.jsonl").exists()


@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_names_itself_as_it_is_called(site: Path, tmp_path: Path, name: str) -> None:
    done = trueline(site, tmp_path, name, "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"usage: trueline {name} ")
    assert "python -m tools" not in done.stdout
    assert not list(tmp_path.iterdir())
