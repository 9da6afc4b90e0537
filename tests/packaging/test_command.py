"""The command `trueline`, from a checkout."""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

import pytest

from trueline import command
from trueline.installed import ROOT

LEFT = "trueline: no command 'prefligt'; did you mean 'preflight'? `trueline --help` lists them\n"


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main([]) == 0
    shown = capsys.readouterr().out
    assert command.main(["--help"]) == 0
    assert capsys.readouterr().out == shown
    assert shown.startswith("usage: trueline COMMAND [OPTION ...]\n")
    listed = [line.split()[0] for line in shown.splitlines() if line.startswith("  ")]
    assert listed == ["pytest", *command.TOOLS]
    assert "  rejudge    Judge a stored run again with the checks of today, offline.\n" in shown


def test_an_unknown_command_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["prefligt"]) == 2
    assert capsys.readouterr().err == LEFT
    assert command.main(["zzz"]) == 2
    assert capsys.readouterr().err == ("trueline: no command 'zzz'; `trueline --help` lists them\n")


@pytest.mark.parametrize(("installed", "version"), [(True, "1.2.3"), (False, "4.5.6")])
def test_version(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    installed: bool,
    version: str,
) -> None:
    """A checkout that nobody installed knows it too: so do the suites in an image."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "4.5.6"\n')
    monkeypatch.setattr("trueline.installed.ROOT", tmp_path)
    monkeypatch.setattr("trueline.installed.INSTALLED", installed)
    monkeypatch.setattr("importlib.metadata.version", {"trueline": "1.2.3"}.__getitem__)
    assert command.main(["--version"]) == 0
    assert capsys.readouterr().out == f"trueline {version}\n"


def test_a_tool_is_run_by_itself_with_the_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["trueline", "plan", "ledger"])
    seen: list[tuple[str, list[str]]] = []

    def ran(name: str, *, run_name: str, alter_sys: bool) -> None:
        assert (run_name, alter_sys) == ("__main__", True)
        seen.append((name, sys.argv[1:]))

    monkeypatch.setattr(runpy, "run_module", ran)
    assert command.main() == 0
    assert seen == [("tools.plan", ["ledger"])]


@pytest.mark.parametrize(
    ("installed", "given", "run"),
    [
        (False, ["suites/", "-q"], ["suites/", "-q"]),
        (True, ["suites/plan", "-q"], [f"{ROOT}/suites/plan", "-q"]),
        (True, ["-q", "suites"], ["-q", f"{ROOT}/suites"]),
        (True, ["-q"], [f"{ROOT}/suites", "-q"]),
    ],
)
def test_pytest_takes_the_place_of_the_command(
    monkeypatch: pytest.MonkeyPatch, installed: bool, given: list[str], run: list[str]
) -> None:
    class Replaced(Exception):
        pass

    def replaced(program: str, words: list[str]) -> None:
        raise Replaced(program, words)

    monkeypatch.setattr(command, "INSTALLED", installed)
    monkeypatch.setattr(os, "execv", replaced)
    with pytest.raises(Replaced) as raised:
        command.main(["pytest", *given])
    own = ["-p", "trueline", "-c", f"{ROOT}/pytest.ini", "--rootdir", str(ROOT)]
    words = [sys.executable, "-m", "pytest", *(own if installed else []), *run]
    assert raised.value.args == (sys.executable, words)
