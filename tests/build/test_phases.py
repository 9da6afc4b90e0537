import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.phases import ROOT, Counts, Phases, counts

_JUNIT = (
    '<testsuites><testsuite tests="7" failures="1" errors="1" skipped="2"/>'
    '<testsuite tests="1" failures="0" errors="0" skipped="0"/></testsuites>'
)


def _clock(*times: float) -> Callable[[], float]:
    left: Iterator[float] = iter(times)
    return lambda: next(left)


def test_errors_count_as_failed(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    junit.write_text(_JUNIT)

    assert counts(junit) == Counts(passed=4, failed=2, skipped=2)


@pytest.mark.parametrize("text", [None, "", "<testsuite"])
def test_run_without_a_result_is_one_failure(tmp_path: Path, text: str | None) -> None:
    junit = tmp_path / "junit.xml"
    if text is not None:
        junit.write_text(text)

    assert counts(junit) == Counts(failed=1)


@pytest.mark.parametrize(
    ("total", "line"),
    [
        (Counts(3, 0, 0), "3 passed, 0 failed"),
        (Counts(3, 1, 0) + Counts(2, 1, 4), "5 passed, 2 failed, 4 skipped"),
    ],
)
def test_closing_line(total: Counts, line: str) -> None:
    assert str(total) == line


def test_failed_phase_does_not_stop_the_next(capfd: pytest.CaptureFixture[str]) -> None:
    phases = Phases()

    assert not phases.run("first", (sys.executable, "-c", "import sys; sys.exit(3)"))
    assert phases.run("second", (sys.executable, "-c", "print('hello')"))

    assert not phases.good
    assert [phase.trouble for phase in phases.done] == ["exit 3", ""]
    assert capfd.readouterr().out == ("\n--- first\n--- first: exit 3\n\n--- second\nhello\n")


def test_table_names_times_troubles_and_what_was_left_out() -> None:
    phases = Phases(now=_clock(0.0, 1.0, 3.5, 4.0, 4.04, 10.0))
    phases.step("lint", lambda: "")
    phases.step("types", lambda: "exit 1")
    phases.left_out.append("the lab tests: no root")

    assert phases.table() == (
        "    2.5 s  lint                     ok\n"
        "    0.0 s  types                    exit 1\n"
        "   10.0 s  together\n"
        "left out: the lab tests: no root"
    )


def test_command_ends_with_the_budget(capsys: pytest.CaptureFixture[str]) -> None:
    phases = Phases(budget=100.0, now=_clock(0.0, 99.0, 99.99, 100.0))

    phases.run("slow", (sys.executable, "-c", "import threading; threading.Event().wait(60)"))

    assert phases.done[0].trouble == "not finished when the budget of 100 s was used up"


# A command that takes its time to clean up, and says what reached it.
_CAREFUL = """
import signal, sys, threading
def ended(number, frame):
    print("asked to end:", number)
    sys.exit(0)
signal.signal(signal.SIGINT, ended)
print("ready", flush=True)
threading.Event().wait(60)
"""
_PHASE = """
import signal, sys
from tools.phases import Phases
signal.signal(signal.SIGTERM, signal.default_int_handler)
try:
    Phases().run("careful", (sys.executable, "-c", sys.argv[1]))
except KeyboardInterrupt:
    print("interrupted")
"""


@pytest.mark.parametrize("ended_by", [signal.SIGINT, signal.SIGTERM])
def test_interruption_reaches_the_command_once_and_is_waited_for(ended_by: signal.Signals) -> None:
    with subprocess.Popen(
        (sys.executable, "-c", _PHASE, _CAREFUL),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        # A shell lets what it starts in the background ignore Ctrl-C, these tests among it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as phase:
        assert phase.stdout is not None
        said = [phase.stdout.readline() for _ in range(3)]
        os.kill(phase.pid, ended_by)
        rest = phase.stdout.read()

    assert said == ["\n", "--- careful\n", "ready\n"]
    assert rest == "asked to end: 2\ninterrupted\n"


def test_work_goes_on_when_nobody_reads() -> None:
    """`make test | head -1` still takes the lab down."""
    script = (
        "import sys\nfrom tools.phases import Phases\nphases = Phases()\n"
        "for name in 'abc':\n    phases.step(name, lambda: sys.stderr.write(name) and '')\n"
    )
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        (sys.executable, "-c", script),
        cwd=ROOT,
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (0, b"abc")
