"""How commands end when what is outside of them fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tools.ending import ended

ROOT = Path(__file__).parents[2]
TALKS = "import sys; from tools.ending import ended; sys.exit(ended(lambda: print('x' * 99999)))"


def test_a_command_ends_as_it_says() -> None:
    assert [ended(lambda status=status: status) for status in (0, 1)] == [0, 1]  # type: ignore[misc]


def test_an_interrupted_command_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> int:
        raise KeyboardInterrupt

    assert ended(interrupted) == 130
    assert capsys.readouterr().err == "interrupted\n"


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        ("OSError(28, 'No space left on device')", "no space left on device\n"),
        ("PermissionError(13, 'Permission denied', 'here/f')", "here/f: permission denied\n"),
    ],
)
def test_what_cannot_be_read_or_written_is_one_line(raised: str, said: str) -> None:
    code = (
        "import sys; from tools.ending import ended\n"
        f"def main():\n    raise {raised}\nsys.exit(ended(main))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, said)


def test_nobody_reads_any_more() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TALKS], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as talking:
        assert talking.stdout is not None
        assert talking.stderr is not None
        talking.stdout.close()
        assert talking.stderr.read() == b""
    assert talking.returncode == 141


def test_what_is_left_at_the_end_is_not_taken_apart() -> None:
    code = (
        "import sys; from tools.ending import ended\n"
        "class Ring:\n"
        "    def __init__(self): self.itself = self\n"
        "    def __del__(self): print('taken apart')\n"
        "ring = Ring()\nsys.exit(ended(lambda: print('done')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert (done.stdout, done.stderr) == ("done\n", "")
