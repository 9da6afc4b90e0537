import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tools import allure_cli, demo, gate
from tools.lab.build import debian
from tools.lab.process import Process
from tools.lab.waiting import until
from tools.phases import ROOT, Phases


def _unprivileged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def _unshare(monkeypatch: pytest.MonkeyPatch, code: int, stderr: str) -> None:
    def run(command: tuple[str, ...], **_: object) -> subprocess.CompletedProcess[str]:
        assert command[0] == "unshare"
        return subprocess.CompletedProcess(command, code, "", stderr)

    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(subprocess, "run", run)


@pytest.mark.parametrize(
    ("code", "stderr", "why"),
    [
        (0, "", ""),
        (
            1,
            "unshare: unshare failed: Operation not permitted\n",
            "root may make no namespaces here (a container without privileges?)",
        ),
        # Anything else is for the lab itself to stumble over, and to report.
        (127, "unshare: something else\n", ""),
    ],
)
def test_root_that_may_make_no_namespaces_is_told_so(
    monkeypatch: pytest.MonkeyPatch, code: int, stderr: str, why: str
) -> None:
    _unshare(monkeypatch, code, stderr)

    assert gate.obstacle() == why


def test_a_mac_has_no_lab(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")

    assert gate.obstacle() == "the lab runs on Linux, and this is darwin"


class _Build:
    """A build that ends as told."""

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble
        self.log = Path("build.log")
        self.ended = False

    def wait(self, within: float) -> str:
        assert within > 0
        return self.trouble

    def end(self) -> None:
        self.ended = True


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the phases that ran; none of them does anything."""
    names: list[str] = []

    def run(self: Phases, name: str, command: object, env: object = None) -> bool:
        names.append(name)
        return True

    def pytest_(
        self: Phases, name: str, *words: str, env: Mapping[str, str] | None = None, **_: object
    ) -> bool:
        sure = SURE if env and gate.BROWSER in env else ""
        names.append(f"{name}: {' '.join(words)}{sure}")
        return True

    monkeypatch.delenv(gate.BROWSER, raising=False)
    monkeypatch.setattr(Phases, "run", run)
    monkeypatch.setattr(Phases, "pytest", pytest_)
    monkeypatch.setattr(gate, "no_browser", str)
    monkeypatch.setattr(gate, "install_browser", str)
    monkeypatch.setattr(debian, "find", lambda _: None)
    return names


CHEAP = ["lint", "format", "types", "contracts"]


SURE = " (a browser must be there)"


def _tests(chosen: str) -> str:
    return f"tests: tests -m {chosen} -n auto --timeout=600"


def _root(monkeypatch: pytest.MonkeyPatch, trouble: str) -> _Build:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    build = _Build(trouble)
    monkeypatch.setattr(gate, "obstacle", lambda: "")
    monkeypatch.setattr(gate, "LabBuild", lambda: build)
    return build


def test_lab_is_built_meanwhile_and_taken_down(
    monkeypatch: pytest.MonkeyPatch, ran: list[str]
) -> None:
    build = _root(monkeypatch, "")

    phases = gate.gate(lab=True)

    assert ran == [
        *CHEAP,
        _tests("not lab") + SURE,
        "coverage data",
        "coverage",
        "lab tests: tests/lab -m lab",
        "dual-stack lab tests: tests/lab_dual_stack -m lab",
        "lab down",
    ]
    assert (phases.left_out, phases.good, build.ended) == ([], True, True)


def test_lab_that_cannot_be_built_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, ran: list[str]
) -> None:
    _root(monkeypatch, "exit 1")

    phases = gate.gate(lab=True)

    assert ran == [*CHEAP, _tests("not lab") + SURE, "coverage data", "coverage"]
    assert phases.left_out == ["the lab tests, because the lab could not be built"]
    assert not phases.good


def test_interrupted_lab_tests_leave_no_lab(
    monkeypatch: pytest.MonkeyPatch, ran: list[str]
) -> None:
    build = _root(monkeypatch, "")

    def interrupted(self: Phases, name: str, *words: str, **_: object) -> bool:
        if name == "lab tests":
            raise KeyboardInterrupt
        return True

    monkeypatch.setattr(Phases, "pytest", interrupted)

    with pytest.raises(KeyboardInterrupt):
        gate.gate(lab=True)

    assert ran[-1] == "lab down"
    assert build.ended


def test_without_root_it_says_what_was_left_out(
    monkeypatch: pytest.MonkeyPatch, ran: list[str]
) -> None:
    _unprivileged(monkeypatch)

    phases = gate.gate(lab=True)

    assert ran == [*CHEAP, _tests("not lab and not root"), "coverage data", "coverage"]
    assert phases.left_out == [
        "the lab tests (tests/lab, tests/lab_dual_stack): the lab needs root, for network "
        "namespaces and mounts",
        "tests marked root: the lab needs root, for network namespaces and mounts",
        "the report in a browser (tests/report): the lab needs root, for network namespaces and"
        " mounts",
    ]
    assert phases.good


NO_CHROMIUM = "there is no chromium, which Debian has as a package"


def test_where_no_browser_is_installed_the_gate_says_so(
    monkeypatch: pytest.MonkeyPatch, ran: list[str]
) -> None:
    _root(monkeypatch, "")
    monkeypatch.setattr(gate, "no_browser", lambda: NO_CHROMIUM)

    phases = gate.gate(lab=True)

    assert _tests("not lab") in ran
    assert phases.left_out == [f"the report in a browser (tests/report): {NO_CHROMIUM}"]
    assert phases.good


def test_a_browser_that_cannot_be_installed_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, ran: list[str]
) -> None:
    _root(monkeypatch, "")
    monkeypatch.setattr(gate, "install_browser", lambda: "apt-get install failed")

    phases = gate.gate(lab=True)

    assert _tests("not lab") in ran
    assert not phases.good


@pytest.mark.parametrize(
    ("there", "release", "why"),
    [
        (True, "ID=fedora\n", ""),
        (False, "NAME=x\nID=debian\n", ""),
        (False, "ID=ubuntu\nID_LIKE=debian\n", NO_CHROMIUM),
        (False, None, NO_CHROMIUM),
    ],
)
def test_chromium_is_a_plain_package_of_debian_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool, release: str | None, why: str
) -> None:
    path = tmp_path / "os-release"
    if release is not None:
        path.write_text(release)
    monkeypatch.setattr(debian, "find", lambda _: Path() if there else None)

    assert gate.no_browser(path) == why


def test_what_opens_and_what_makes_the_report_is_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def missing() -> list[str]:
        raise allure_cli.Missing("no node")

    monkeypatch.setattr(
        debian, "install", lambda _, needs: asked.extend(need.package for need in needs)
    )
    monkeypatch.setattr(allure_cli, "command", list)
    assert (gate.install_browser(), asked) == ("", ["chromium"])
    monkeypatch.setattr(allure_cli, "command", missing)
    assert gate.install_browser() == "no node"


def test_make_check_builds_no_lab(monkeypatch: pytest.MonkeyPatch, ran: list[str]) -> None:
    build = _root(monkeypatch, "")

    phases = gate.gate(lab=False)

    assert ran == [*CHEAP, _tests("not lab"), "coverage data", "coverage"]
    assert phases.left_out == [
        "the lab tests (tests/lab, tests/lab_dual_stack): not part of make check",
        "the report in a browser (tests/report): not part of make check",
    ]
    assert not build.ended


def test_budget_leaves_time_to_set_up_and_to_withdraw() -> None:
    assert gate.BUDGET <= (90 - 7) * 60


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path | None]:
    """Each look at the latest run finds the next of these; the suites leave a new one behind."""
    found: Iterator[Path | None] = iter((None, Path("reports/new")))
    monkeypatch.setattr(demo, "latest", lambda: next(found))
    return found


def test_demo_judges_live_clusters_and_keeps_the_lab(
    ran: list[str], runs: Iterator[Path | None]
) -> None:
    demo.live(keep=True)

    assert ran == ["lab build", "lab up", "suites", "report"]


def test_demo_makes_no_report_of_an_older_run(
    ran: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "latest", lambda: Path("reports/old"))

    demo.live(keep=True)

    assert ran == ["lab build", "lab up", "suites"]


def test_demo_can_take_the_lab_down(ran: list[str], runs: Iterator[Path | None]) -> None:
    demo.live(keep=False)

    assert ran == ["lab build", "lab up", "suites", "report", "lab down"]


def test_demo_without_a_lab_judges_the_plan(
    ran: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    phases = demo.offline("the lab runs on Linux, and this is darwin")

    assert ran == ["plan: suites/plan -n auto"]
    assert capsys.readouterr().out == (
        "There is no lab here: the lab runs on Linux, and this is darwin.\n"
        "What can be judged without clusters is the plan itself, so that is what runs now.\n"
        "The whole demonstration: make demo as root on Linux; a virtual machine will do.\n"
    )
    assert phases.left_out == [
        "the suites about live clusters: the lab runs on Linux, and this is darwin"
    ]


def test_makefile_says_its_words() -> None:
    listed = subprocess.run(
        ("make", "-s", "help"), cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert re.findall(r"^make ([\w-]+)", listed, re.M) == [
        "demo",
        "test",
        "check",
        "lab",
        "kills",
        "soak",
        "soak-night",
        "resilience",
        "mutants",
        "bench",
        "docs",
        "clean",
    ]


def test_closing_line_comes_last_in_ci(tmp_path: Path) -> None:
    """.ci/run in a project whose make prints a count and fails after it."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_text((ROOT / ".ci" / "run").read_text())
    (tmp_path / "Makefile").write_text(
        "test:\n\t@echo '9 passed, 9 failed'\n\t@echo '3 passed, 1 failed, 2 skipped'\n\t@exit 4\n"
    )

    done = subprocess.run(
        ("bash", ".ci/run"), cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert done.returncode != 0
    assert done.stdout.splitlines()[-1] == "3 passed, 1 failed, 2 skipped"


def test_build_in_the_background_is_shown_and_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    monkeypatch.setattr(gate, "BUILD", (sys.executable, "-c", "print('a'); print('b')"))
    build = gate.LabBuild()

    assert build.wait(30) == ""
    assert capsys.readouterr().out == "a\nb\n"
    build.end()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_build_that_still_runs_is_ended_with_its_compilers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUELINE_CACHE", str(tmp_path))
    monkeypatch.setattr(gate, "BUILD", ("sh", "-c", "sleep 60 & echo $!; wait"))
    build = gate.LabBuild()
    until("the compiler runs", lambda: build.log.read_text().strip(), within=10, every=0.01)
    compiler = Process.of(int(build.log.read_text()))

    build.end()

    until("the compiler is gone", lambda: not compiler.alive, within=10, every=0.01)
