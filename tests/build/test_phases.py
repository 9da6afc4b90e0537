import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.phases import Counts, Phases, counts

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
