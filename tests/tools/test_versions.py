"""Which Pythons and libraries are tried, and what the published page says of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tools import versions
from tools.licences import pinned
from tools.versions import CannotTry, Row

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


def test_the_page_has_a_row_for_each_python() -> None:
    assert versions.page([ROW]).splitlines()[-1] == (
        "| 3.13.0 | locked | 9.2.0 | 3.8.0 | 6.1 | 2.16 | 37.0 | 2.8 | 6,020 | 0 | 1 | 2026-11-29 |"
    )
