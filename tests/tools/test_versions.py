"""Which Pythons and libraries are tried, and what the published page says of them."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tools import versions, versions_lab, versions_page
from tools.lab.errors import LabError
from tools.licences import pinned
from tools.phases import ROOT
from tools.versions import CannotTry
from tools.versions_page import LabRow, Row

PROJECT = {
    "project": {
        "dependencies": ["pytest>=8.3", "pyyaml>=6.0.3"],
        "optional-dependencies": {"dev": ["ruff>=0.14", "types-PyYAML"]},
    }
}
LOCK = """\
# Every package.
PyYAML==6.0.3 \\
    --hash=sha256:00
ruff==0.17.6 \\
    --hash=sha256:01
types-PyYAML==6.0.12.20261113 \\
    --hash=sha256:02
"""
ROW = Row(
    python="3.13.0",
    libraries="locked",
    versions={
        "pytest": "9.2.0",
        "pytest-xdist": "3.8.0",
        "hypothesis": "6.1",
        "allure-pytest": "2.16",
        "kubernetes": "37.0",
        "scapy": "2.8",
    },
    passed=6020,
    failed=0,
    skipped=1,
    day="2026-11-29",
)


def test_the_oldest_libraries_are_the_first_that_the_project_admits() -> None:
    assert versions.oldest(PROJECT, pinned(LOCK)) == [
        "pytest==8.3.*",
        "pyyaml==6.0.3.*",
        "ruff==0.17.6",
        "types-PyYAML==6.0.12.20261113",
    ]


def test_a_python_is_tried_once_whatever_its_names(tmp_path: Path) -> None:
    other = tmp_path / "python3"
    other.symlink_to(sys.executable)
    version = "{}.{}.{}".format(*sys.version_info)
    assert versions.pythons([sys.executable, str(other)]) == {version: sys.executable}


def test_what_is_no_python_is_named(tmp_path: Path) -> None:
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\necho 3.10.1\n")
    old.chmod(0o755)
    for word in (str(old), "/no/python"):
        with pytest.raises(CannotTry) as raised:
            versions.pythons([word])
        assert str(raised.value) == f"{word} is no Python, 3.11 or newer, that can be run"


LAB = LabRow(
    name="kubernetes",
    first={"kubernetes": "1.34.4", "metallb": "0.13.12"},
    second={"kubernetes": "1.33.13", "metallb": "0.13.12"},
    claims=1833,
    alarms=(),
    day="2026-11-29",
)


def test_the_page_has_a_row_for_each_python_and_each_lab() -> None:
    lines = versions_page.page([ROW], [LAB]).splitlines()
    assert (
        "| 3.13.0 | locked | 9.2.0 | 3.8.0 | 6.1 | 2.16 | 37.0 | 2.8 | 6,020 | 0 | 1 | 2026-11-29 |"
    ) in lines
    assert lines[-1] == (
        "| kubernetes 1.34.4, metallb 0.13.12 | kubernetes 1.33.13, metallb 0.13.12 "
        "| 1,833 | 0 | 2026-11-29 |"
    )


def test_a_row_takes_the_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions_page, "RECORD", tmp_path / "versions.json")
    monkeypatch.setattr(versions_page, "PAGE", tmp_path / "versions.md")
    later = replace(ROW, day="2026-11-30")
    red = replace(LAB, alarms=("fail: CLU-001 app: x",))
    versions_page.keep(ROW)
    versions_page.keep_lab(LAB)
    versions_page.keep(later)
    versions_page.keep_lab(red)
    assert versions_page.load() == ([later], [red])
    assert (tmp_path / "versions.md").read_text() == versions_page.page([later], [red])


PLAN = """\
clusters:
  north:
    versions: {kubernetes: "1.34", metallb: "0.13.12"}
  south:
    versions: {kubernetes: "1.34", metallb: "0.13.12"}
"""


def test_the_last_cluster_of_a_plan_gets_other_versions() -> None:
    assert versions_lab.planned(PLAN, {"kubernetes": "1.33.13"}).splitlines() == [
        *PLAN.splitlines()[:-1],
        '    versions: {kubernetes: "1.33.13", metallb: "0.13.12"}',
    ]
    with pytest.raises(LabError) as raised:
        versions_lab.planned(PLAN, {"flannel": "1"})
    assert str(raised.value).startswith("the plan names no version of flannel\n")
    with pytest.raises(LabError) as raised:
        versions_lab.planned("clusters: {}\n", {})
    assert str(raised.value).startswith("the plan names no versions in one line\n")


def test_every_version_that_is_tried_is_one_that_the_lab_has() -> None:
    text = (ROOT / "topology.yaml").read_text(encoding="utf-8")
    for others in versions_lab.TRIED.values():
        changed = versions_lab.planned(text, others)
        assert all(f'"{version}"' in changed for version in others.values())
