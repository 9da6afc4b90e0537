"""Commands that are given lines and answer with lines, whatever they do, and leave nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from trueline.probes.command import CommandFailed
from trueline.probes.command_session import Session

WITHIN = 20.0

ECHO = """
import sys
for line in sys.stdin:
    if not line.strip():
        break
    print("told", line.strip(), flush=True)
"""


@contextmanager
def python(code: str, greeting: str = "") -> Iterator[Session]:
    session = Session((sys.executable, "-I", "-S", "-c", code), greeting)
    try:
        yield session
    finally:
        session.close()


def test_each_line_is_answered_by_the_same_command() -> None:
    with python("import os\n" + ECHO.replace('"told"', "os.getpid()")) as session:
        first, second = session.say("a\n", WITHIN), session.say("b\n", WITHIN)
    assert (first.split()[1], second.split()[1]) == ("a", "b")
    assert first.split()[0] == second.split()[0]


def test_the_greeting_comes_first_and_anew_where_the_command_ended() -> None:
    once = "import sys; print(sys.stdin.readline().strip(), sys.stdin.readline().strip())"
    with python(once, "hello\n") as session:
        assert session.say("a\n", WITHIN) == "hello a"
        session._child.wait(WITHIN)
        assert session.say("b\n", WITHIN) == "hello b"


def test_more_than_a_pipe_holds_goes_both_ways() -> None:
    much = "x" * 3_000_000
    with python(ECHO, "") as session:
        assert session.say(f"{much}\n", WITHIN) == f"told {much}"


def test_a_command_that_ends_has_said_what_it_said() -> None:
    with python("print('no newline', end='')") as session:
        assert session.say("a\n", WITHIN) == "no newline"


def test_a_command_that_reads_nothing_and_fails_says_why() -> None:
    code = "import os, sys; os.close(0); sys.exit('first\\nno such thing')"
    with python(code) as session, pytest.raises(CommandFailed) as raised:
        session.say("a" * 3_000_000, WITHIN)
    assert str(raised.value) == "no such thing"


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)",
        "import os, time; os.close(1); os.close(2); time.sleep(60)",
        "while True: print('x' * 60, end='')",
    ],
    ids=["silent", "closed", "no line"],
)
def test_a_command_that_does_not_answer_is_ended(code: str) -> None:
    with python(code) as session:
        with pytest.raises(TimeoutError):
            session.say("a\n", 0.5)
        assert session._child.returncode == -9


def test_a_command_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trueline.probes.command_session._GOODBYE", 0.1)
    with python("import time; time.sleep(60)") as session:
        pass
    assert session._child.returncode == -9


def test_what_cannot_be_started_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Session((str(tmp_path / "none"),), "")


def test_an_interruption_while_a_command_ends_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with python("import time; time.sleep(60)") as session:
        child, wait = session._child, session._child.wait

        def interrupted(within: float | None = None) -> int:
            monkeypatch.setattr(child, "wait", wait)
            raise KeyboardInterrupt

        monkeypatch.setattr(child, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            session.close()
        assert child.returncode == -9


def test_errors_that_come_after_the_end_of_the_output_are_read() -> None:
    with python("import sys; sys.exit('why')") as session:
        session._child.wait(WITHIN)
        with pytest.raises(CommandFailed) as raised:
            session._last(bytearray(), bytearray(), 0.0)
    assert str(raised.value) == "why"
