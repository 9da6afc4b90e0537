"""The tier `deep` runs where it is asked for, and is told of where it is not."""

from __future__ import annotations

import pytest

from tests.plugin.project import Project

DEEP = """\
import pytest
import demo


@pytest.mark.deep
@pytest.mark.verifies(demo.name_is_long)
def test_deep(cluster, judge):
    judge(cluster)
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)
    made = Project(pytester, "name_is_long")
    made.write("suites/deep/test_deep.py", DEEP)
    return made


@pytest.mark.parametrize(
    ("options", "tests"),
    [
        ([], {"name_is_long"}),
        (["--deep"], {"name_is_long", "deep"}),
        (["-m", "deep"], {"deep"}),
        (["-m", "quick or deep"], {"name_is_long", "deep"}),
        (["-m", "quick"], {"name_is_long"}),
        (["--deep", "-m", "not quick"], {"deep"}),
    ],
)
def test_it_runs_where_it_is_asked_for(
    project: Project, options: list[str], tests: set[str]
) -> None:
    found = project.run("suites", *options).summary()["tests"]
    assert {name.partition("::test_")[2].partition("[")[0] for name in found} == tests


def test_a_list_says_that_it_is_left_out(project: Project) -> None:
    lines = project.run("suites", "--list").lines
    assert "left out: 2 that ask everything instead of samples (--deep)" in lines
    listed = project.run("suites", "--list", "--deep").lines
    assert "area   requirements  tests  quick  deep" in listed
