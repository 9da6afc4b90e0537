"""`make demo`: the lab from nothing, every suite against it, and the report."""

from __future__ import annotations

import os
import sys

from tools.gate import obstacle
from tools.phases import ROOT, Phases, say

DOWN = ".venv/bin/python -m tools.lab down"

_PYTHON = sys.executable
_LAB = (_PYTHON, "-m", "tools.lab")


def offline(why: str) -> Phases:
    """What can be shown without a lab: the plan judged by itself."""
    say(f"There is no lab here: {why}.")
    say("What can be judged without clusters is the plan itself, so that is what runs now.")
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
                phases.run("suites", (*runner, _PYTHON, "-m", "pytest", "suites/", "-n", "auto"))
                phases.run("report", (_PYTHON, "-m", "tools.report"))
    finally:
        if started and not keep:
            phases.run("lab down", (*_LAB, "down"))
    return phases


def main() -> int:
    """The exit code: 0 when every suite was green."""
    keep = os.environ.get("DEMO_KEEP", "1") != "0"
    why = obstacle()
    try:
        phases = offline(why) if why else live(keep=keep)
    except KeyboardInterrupt:
        say("interrupted; run it again to go on, or take the lab down with: " + DOWN)
        return 130
    say(f"\n{phases.table()}")
    latest = ROOT / "reports" / "latest"
    if latest.exists():
        say(f"the run is in {latest.resolve().relative_to(ROOT)}")
    if not why and keep:
        say(f"the lab is still up; to take it down: {DOWN}   (DEMO_KEEP=0 does so at the end)")
    return 0 if phases.good else 1


if __name__ == "__main__":
    sys.exit(main())
