"""`make demo`: the lab from nothing, every suite against it, and the report."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from tools.gate import obstacle
from tools.phases import ROOT, Phases, say

DOWN = ".venv/bin/python -m tools.lab down"

_PYTHON = sys.executable
_LAB = (_PYTHON, "-m", "tools.lab")


def offline(why: str) -> Phases:
    """What can be shown without a lab: the plan judged by itself."""
    say(f"There is no lab here: {why}.")
    say("What can be judged without clusters is the plan itself, so that is what runs now.")
    say("The whole demonstration: make demo as root on Linux; a virtual machine will do.")
    phases = Phases()
    phases.pytest("plan", "suites/plan", "-n", "auto")
    phases.left_out.append(f"the suites about live clusters: {why}")
    return phases


def live(*, keep: bool) -> Phases:
    """Lab, suites and report; the report is made even if a suite failed."""
    phases = Phases()
    started = False
    try:
        if phases.run("lab build", (*_LAB, "build")):
            started = True
            if phases.run("lab up", (*_LAB, "up", "--profile", "compact")):
                runner = (*_LAB, "exec", "runner", "--")
                before = latest()
                phases.run("suites", (*runner, _PYTHON, "-m", "pytest", "suites/", "-n", "auto"))
                if latest() != before:
                    phases.run("report", (_PYTHON, "-m", "tools.report"))
    finally:
        if started and not keep:
            phases.run("lab down", (*_LAB, "down"))
    return phases


def latest() -> Path | None:
    """The folder of the latest run, or None."""
    link = ROOT / "reports" / "latest"
    return link.resolve() if link.exists() else None


def main() -> int:
    """The exit code: 0 when every suite was green."""
    # Ending it from outside is like Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    before = latest()
    keep = os.environ.get("DEMO_KEEP", "1") != "0"
    why = obstacle()
    try:
        phases = offline(why) if why else live(keep=keep)
    except KeyboardInterrupt:
        say("interrupted; run it again to go on, or take the lab down with: " + DOWN)
        return 130
    say(f"\n{phases.table()}")
    run = latest()
    if run is not None and run != before:
        say(f"the run is in {run.relative_to(ROOT)}")
    if not why and keep:
        say(f"the lab is still up; to take it down: {DOWN}   (DEMO_KEEP=0 does so at the end)")
    return 0 if phases.good else 1


if __name__ == "__main__":
    sys.exit(main())
