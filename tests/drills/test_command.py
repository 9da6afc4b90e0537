"""Commands of the plan's owner: run without a shell, and told in one line when they fail."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from trueline.probes.command import CommandFailed, run


def failure(text: str, within: float = 10.0) -> str:
    with pytest.raises(CommandFailed) as raised:
        run(text, within=within)
    return str(raised.value)


def test_a_command_is_run_without_a_shell(tmp_path: Path) -> None:
    file = tmp_path / "a; b"
    run(f"touch '{file}'", within=10.0)
    assert file.exists()


def test_what_went_wrong_is_told_in_one_line() -> None:
    python = sys.executable
    assert failure("false") == "`false` failed: exit status 1"
    text = f"{python} -c 'import sys; sys.exit(\"first\\nno such node\")'"
    assert failure(text) == f"`{text}` failed: no such node"
    assert failure("no-such-command x").startswith("`no-such-command x` cannot be run: ")
    assert failure("a 'b") == "`a 'b` cannot be run: No closing quotation"
    assert failure("sleep 60", within=0.05) == "`sleep 60` did not end within 0.05 s"
