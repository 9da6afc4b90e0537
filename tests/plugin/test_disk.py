"""A disk that becomes full: one sentence, whoever could not write, and what was judged is told."""

from __future__ import annotations

import pytest

from tests.plugin.project import Project

FILLED = """\
import errno

import pytest
from allure_commons.logger import AllureFileLogger

from trueline.report.journal import Journal


def full(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def pytest_configure(config):
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    patch.setattr({what}, full)
"""
WRITERS = {
    "the journal": 'Journal, "_append"',
    "Allure, a result": 'AllureFileLogger, "_report_item"',
    "the summary": '"trueline.report.summary.as_json"',
}
NOT_WHOLE = (
    "report: reports/r1 is not whole: make room there, or choose another folder with"
    " --reports DIR, and run again"
)


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TRUELINE_TOPOLOGY", "TRUELINE_RUN", "KUBECONFIG", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


def run_on_a_full_disk(pytester: pytest.Pytester, writer: str, *options: str) -> tuple[int, str]:
    project = Project(pytester, "name_is_long", "cluster_is_in_the_north")
    project.plugin("filled", FILLED.replace("{what}", WRITERS[writer]))
    result = project.run("suites", *options)
    assert not (project.path / "reports" / "latest").is_symlink()
    return result.code, "\n".join(result.lines + result.errors)


@pytest.mark.parametrize("workers", ["-n0", "-n1"])
@pytest.mark.parametrize("writer", ["the journal", "Allure, a result"])
def test_the_run_ends_where_nothing_more_can_be_kept(
    pytester: pytest.Pytester, writer: str, workers: str
) -> None:
    code, output = run_on_a_full_disk(pytester, writer, workers)
    assert code == 2
    assert "stopped early: the disk is full" in output
    assert "not run: " in output
    assert NOT_WHOLE in output
    assert "Traceback" not in output
    assert "INTERNALERROR" not in output


def test_a_summary_that_cannot_be_written_is_still_told(pytester: pytest.Pytester) -> None:
    code, output = run_on_a_full_disk(pytester, "the summary", "-k", "north]")
    assert code == 2
    assert " examined by 2 tests" in output
    assert NOT_WHOLE in output
    assert "Traceback" not in output


def test_anything_else_that_cannot_be_written_is_no_full_disk(pytester: pytest.Pytester) -> None:
    project = Project(pytester, "name_is_long")
    text = FILLED.replace("{what}", WRITERS["the journal"]).replace("ENOSPC", "EIO")
    project.plugin("filled", text)
    result = project.run("suites")
    assert result.code == 1
    assert "report: reports/r1" in result.lines
