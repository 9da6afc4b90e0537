"""What is asked of the locked packages, and how the answers are told."""

from __future__ import annotations

import json
import subprocess

import pytest

from tools import audit

WARNED = """\
WARNING: The candidate selected for download or install is a yanked version: 'left' candidate \
(version 1.2 at https://index.test/left-1.2.whl)
Reason for being yanked: it deletes files
"""
NONE = json.dumps({"dependencies": [{"name": "left", "version": "1.2", "vulns": []}]})
ONE = json.dumps(
    {
        "dependencies": [
            {
                "name": "left",
                "version": "1.2",
                "vulns": [
                    {"id": "PYSEC-1", "fix_versions": ["1.3"]},
                    {"id": "X", "fix_versions": []},
                ],
            }
        ]
    }
)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, str, str]]:
    """Status, output and errors of `pip check`, `pip install` and `pip_audit`: well at first."""
    found = {"check": (0, "fine\n", ""), "install": (0, "", ""), "audit": (0, NONE, "")}

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(
            words, *found["audit" if words[2] == "pip_audit" else words[3]]
        )

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(audit, "find_spec", lambda _: object())
    return found


def told(capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    status = audit.main([])
    return status, capsys.readouterr().out.splitlines()


def test_nothing_is_wrong(
    said: dict[str, tuple[int, str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys) == (
        0,
        [
            "holds   installed packages fit together",
            "holds   no locked package was withdrawn",
            "holds   no locked package has a known vulnerability",
        ],
    )


def test_what_is_wrong_is_named(
    said: dict[str, tuple[int, str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    said["check"] = (1, "left 1.2 has requirement right>2, but you have right 1.\n", "")
    said["install"] = (0, "", WARNED)
    said["audit"] = (1, ONE, "")
    assert told(capsys) == (
        1,
        [
            "wrong   installed packages fit together",
            "        left 1.2 has requirement right>2, but you have right 1.",
            "wrong   no locked package was withdrawn",
            "        left 1.2: it deletes files",
            "wrong   no locked package has a known vulnerability",
            "        left 1.2: PYSEC-1, mended in 1.3",
            "        left 1.2: X, mended in no release",
        ],
    )


def test_what_could_not_be_told_is_no_pass(
    said: dict[str, tuple[int, str, str]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said["install"] = (1, "", "ERROR: one\nERROR: the index does not answer\n")
    said["audit"] = (1, "", "")
    status, lines = told(capsys)
    assert (status, lines[1:]) == (
        6,
        [
            "unknown no locked package was withdrawn: ERROR: the index does not answer",
            "unknown no locked package has a known vulnerability: it said nothing",
        ],
    )
    monkeypatch.setattr(audit, "find_spec", lambda _: None)
    assert told(capsys)[1][2] == (
        "unknown no locked package has a known vulnerability: pip-audit is not installed"
    )
