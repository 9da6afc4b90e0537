"""The report in a real browser: it shows the cause of the run, and asks nobody for anything."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.plugin.project import Project
from tests.report.chromium import browser, opened
from tools import allure_cli, report
from tools.gate import BROWSER
from trueline.report.run import RunFolder

CACHE = allure_cli.cache()  # before pytester moves the home folder

# A name that was seen on a network may be anything.
HOSTILE = "<img src=http://127.0.0.1:9/named>"
CHECK = f'''

@check(requirement(8), remedy="Rename it.")
def name_is_harmless(cluster):
    """The name is harmless."""
    yield equal(cluster, expected="letters", observed="{HOSTILE}", at=cluster.at)
'''


@pytest.fixture
def page(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The report of a run with a root cause, made by the real Allure."""
    browser()
    if not (CACHE / "allure" / allure_cli.ALLURE).is_dir() and not os.environ.get(BROWSER):
        pytest.skip(
            f"no allure {allure_cli.ALLURE} in {CACHE} (python -m tools.report installs it)"
        )
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TRUELINE_CACHE", str(CACHE))
    project = Project(pytester, "cluster_is_in_the_north", "name_is_harmless")
    with (project.path / "demo.py").open("a") as checks:
        checks.write(CHECK)
    return report.build(RunFolder(project.run("suites").folder))


def test_the_report_shows_the_cause_and_asks_nobody_for_anything(
    page: Path, tmp_path: Path
) -> None:
    front = opened(page.as_uri(), tmp_path / "front")
    assert "DEMO-001 Rule 1 MUST hold." in front.dom
    assert front.asked == []

    ids = json.loads((page.parent / "test-results.json").read_text(encoding="utf-8"))["byId"]
    names = {one["name"]: key for key, one in ids.items()}
    cause = opened(f"{page.as_uri()}#{names['Cluster is in the north: south']}", tmp_path / "cause")
    assert "expected north, observed south (topology.yaml:13)" in cause.dom
    assert "Root cause: DEMO-001 south" in cause.dom
    assert cause.asked == []

    named = opened(f"{page.as_uri()}#{names['Name is harmless: south']}", tmp_path / "named")
    assert "observed &lt;img src=http://127.0.0.1:9/named&gt;" in named.dom
    assert named.asked == []

    altered = page.with_name("altered.html")
    image = "<img src=http://127.0.0.1:9/x></body>"
    altered.write_text(page.read_text(encoding="utf-8").replace("</body>", image, 1))
    assert opened(altered.as_uri(), tmp_path / "altered").asked == ["http://127.0.0.1:9/x"]


@pytest.mark.parametrize(
    ("content", "url"),
    [
        ("<script>fetch('http://127.0.0.1:9/x').catch(() => 0)</script>", "http://127.0.0.1:9/x"),
        ("<script>new WebSocket('ws://127.0.0.1:9/x')</script>", "ws://127.0.0.1:9/x"),
        ("<style>@import 'http://127.0.0.1:9/x.css'</style>", "http://127.0.0.1:9/x.css"),
        ("<iframe src=http://127.0.0.1:9/x></iframe>", "http://127.0.0.1:9/x"),
        ("<script src=http://elsewhere.test/x.js></script>", "http://elsewhere.test/x.js"),
    ],
)
def test_whatever_a_page_asks_for_is_measured(tmp_path: Path, content: str, url: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><title>x</title>{content}<p>shown")
    seen = opened(page.as_uri(), tmp_path / "profile")
    assert "<p>shown" in seen.dom
    assert set(seen.asked) == {url}


def test_a_page_that_asks_for_nothing_is_told_from_the_browser_that_does(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>x</title><p>shown")
    assert opened(page.as_uri(), tmp_path / "profile").asked == []
