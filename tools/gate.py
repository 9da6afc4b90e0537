"""`make test` and `make check`: everything that must hold before a change is let in.

The lab is built in the background while the cheap phases run. A phase that fails does not stop
the others, so that one run shows every trouble. The last line counts the tests of all runs.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import allure_cli
from tools.lab.build import debian
from tools.lab.errors import LabError
from tools.lab.paths import cache
from tools.phases import ROOT, Phases, say

BUDGET = 82 * 60.0
"""Seconds for everything; a run in CI may take 90 minutes, with the set-up and a margin."""

PATIENCE = 600
"""Seconds for one test that needs no lab: one that hangs is to be told, with where it hangs."""

BROWSER = "TRUELINE_BROWSER"
"""Set where a browser and Allure are installed: tests that need them fail instead of skipping."""

CHROMIUM = debian.Need("chromium", "chromium", "opens the report, which must load nothing")

# Nothing leaves the machine whatever a page or the browser itself asks for: no name resolves, and
# an address counts as a name. What was asked for is in the log all the same.
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=20000",
)

# The suites are two-line tests whose arguments are fixtures: there is nothing to type.
CODE = ("trueline", "fixtures", "tools", "tests", "conftest.py")
BUILD = (sys.executable, "-m", "tools.lab", "build")
FULLY_COVERED = "trueline/model/*,trueline/intent/*,trueline/checks/*"


def obstacle() -> str:
    """Why there can be no lab on this machine, or an empty text."""
    if sys.platform != "linux":
        return f"the lab runs on Linux, and this is {sys.platform}"
    if os.geteuid() != 0:
        return "the lab needs root, for network namespaces and mounts"
    tried = subprocess.run(
        ("unshare", "--net", "--mount", "true"), capture_output=True, text=True, check=False
    )
    if "not permitted" in tried.stderr:
        return "root may make no namespaces here (a container without privileges?)"
    return ""


def no_browser(release: Path = Path("/etc/os-release")) -> str:
    """Why no browser is installed here, or an empty text: elsewhere it is no plain package."""
    if debian.find(CHROMIUM.command):
        return ""
    lines = release.read_text().splitlines() if release.exists() else []
    return "" if "ID=debian" in lines else "there is no chromium, which Debian has as a package"


def install_browser() -> str:
    """Install what opens the report and what makes it; the trouble, or an empty text."""
    try:
        debian.install(say, [CHROMIUM])
        allure_cli.command()
    except (LabError, allure_cli.Missing) as error:
        return str(error)
    return ""


class LabBuild:
    """The lab's build as a process of its own with a log; ends with this one at the latest."""

    def __init__(self) -> None:
        self.log = cache() / "log" / "gate-build.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            # A session of its own, so that all compilers can be ended together.
            self._process = subprocess.Popen(
                BUILD,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self, within: float) -> str:
        """Show the build's lines until it ends; its trouble or an empty text."""
        with self.log.open(errors="replace") as lines:
            for _ in range(int(within)):
                try:
                    code = self._process.wait(timeout=1)
                except subprocess.TimeoutExpired:
                    code = None
                for line in lines:
                    say(line.rstrip("\n"))
                if code is not None:
                    return f"exit {code}" if code else ""
        return f"not finished within {within:.0f} s; its log is {self.log}"

    def end(self) -> None:
        """End the build if it still runs; what it finished is kept."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGTERM)
            self._process.wait()


def cheap(phases: Phases, *, root: bool, browser: bool) -> None:
    """The phases that need no lab.

    `root` says whether tests may make network namespaces, `browser` whether one was installed.
    """
    python = sys.executable
    tools = Path(python).parent
    phases.run("lint", (python, "-m", "ruff", "check", "."))
    phases.run("format", (python, "-m", "ruff", "format", "--check", "."))
    phases.run("types", (python, "-m", "mypy", *CODE))
    phases.run("contracts", (tools / "lint-imports",))
    chosen = "not lab" if root else "not lab and not root"
    with tempfile.TemporaryDirectory(prefix="trueline-") as folder:
        # Measurements of an earlier, interrupted run must not count.
        env = {**os.environ, "COVERAGE_FILE": f"{folder}/coverage"}
        env |= {BROWSER: "installed"} if browser else {}
        measured = ("-m", "coverage", "run")
        words = ("tests", "-m", chosen, "-n", "auto", f"--timeout={PATIENCE}")
        phases.pytest("tests", *words, under=measured, env=env)
        phases.run("coverage data", (python, "-m", "coverage", "combine", "--quiet"), env)
        report = ("report", f"--include={FULLY_COVERED}", "--fail-under=100")
        phases.run("coverage", (python, "-m", "coverage", *report), env)


def with_lab(phases: Phases, build: LabBuild) -> None:
    """Wait for the build, run the tests that need a lab, and take the lab down whatever happens."""
    if not phases.step("lab build", lambda: build.wait(phases.left)):
        phases.left_out.append("the lab tests, because the lab could not be built")
        return
    try:
        phases.pytest("lab tests", "tests/lab", "-m", "lab")
        phases.pytest("dual-stack lab tests", "tests/lab_dual_stack", "-m", "lab")
    finally:
        # Not bounded by the budget: what is left behind would disturb the next run.
        phases.budget = float("inf")
        phases.run("lab down", (sys.executable, "-m", "tools.lab", "down"))


def gate(*, lab: bool) -> Phases:
    """Run all phases, or the cheap ones only."""
    phases = Phases(budget=BUDGET)
    cannot = obstacle()
    why_not = cannot if lab else "not part of make check"
    lacking = why_not or no_browser()
    browser = not lacking and phases.step("browser", install_browser)
    build = None if why_not else LabBuild()
    if build:
        say(f"building the lab in the background; its log is {build.log}")
    try:
        cheap(phases, root=not cannot, browser=browser)
        if build:
            with_lab(phases, build)
    finally:
        if build:
            build.end()
    if why_not:
        phases.left_out.append(f"the lab tests (tests/lab, tests/lab_dual_stack): {why_not}")
    if cannot:
        phases.left_out.append(f"tests marked root: {cannot}")
    if lacking and not debian.find(CHROMIUM.command):
        phases.left_out.append(f"the report in a browser (tests/report): {lacking}")
    return phases


def main() -> int:
    """The exit code: 0 when every phase went well."""
    parser = argparse.ArgumentParser(description="Everything that must hold.")
    parser.add_argument("--no-lab", action="store_true", help="only what needs no lab")
    options = parser.parse_args()
    # Ending it from outside is like Ctrl-C: the lab is taken down.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        phases = gate(lab=not options.no_lab)
    except KeyboardInterrupt:
        say("interrupted: what this run started has been ended")
        return 130
    say(f"\n{phases.table()}")
    say(str(phases.tests))
    return 0 if phases.good else 1


if __name__ == "__main__":
    sys.exit(main())
