"""The suites run on the lab, in its runner as a user runs them, and what they wrote down."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 600.0  # seconds of one run
_GRACE = 60.0  # seconds


def up() -> Lab:
    """The lab, brought up if it is not. Raises LabError, or CalledProcessError when that fails."""
    subprocess.run([sys.executable, "-m", "tools.lab", "up"], cwd=ROOT, check=True)
    return Lab.load()


@dataclass(frozen=True)
class SuiteRun:
    """One run: the exit code, every claim of the journal, the root causes, and what was printed.

    `told` is what was observed of the first root cause, and what its answer says.
    """

    code: int
    claims: tuple[dict[str, Any], ...]
    causes: tuple[str, ...]
    told: str
    text: str
    folder: Path

    def having(self, standing: str) -> dict[str, list[str]]:
        """Requirement id -> the claims that stand so (`fail`), as `subject: observed`."""
        found: dict[str, list[str]] = {}
        for claim in self.claims:
            if claim["standing"] == standing:
                line = f"{claim['subject']}: {claim['observed']}"
                found.setdefault(claim["requirement"], []).append(line)
        return found


def in_runner(
    lab: Lab, *words: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run Python with some words, in the namespace of the runner and from this checkout.

    Interrupted or out of time, it is interrupted itself and gets _GRACE to end: a run that is
    killed keeps its lease, and the next one would wait for that.
    """
    command = lab.runner_command([sys.executable, *words])
    with subprocess.Popen(
        command,
        env={**lab.runner_environment(), **(env or {})},
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            told, complained = process.communicate(timeout=LONGEST)
        except BaseException:
            process.send_signal(signal.SIGINT)
            try:
                with suppress(subprocess.TimeoutExpired):
                    process.communicate(timeout=_GRACE)
            finally:
                process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, told, complained)


def run_suites(
    lab: Lab, folder: Path, *arguments: str, env: Mapping[str, str] | None = None
) -> SuiteRun:
    """Run pytest in the runner's namespace, with its reports below `folder`; read the latest."""
    done = in_runner(lab, "-m", "pytest", *arguments, f"--reports={folder}", env=env)
    return read(folder / "latest", done.returncode, done.stdout + done.stderr)


def run_fault(lab: Lab, fault: Fault, folder: Path) -> SuiteRun:
    """Run every suite while a fault is in force, and of the drills the one that shows it."""
    disturb = ("--disruptive", "-k", f"not disruptive or {fault.drills}") if fault.drills else ()
    return run_suites(lab, folder, "suites/", "-q", "-n", "auto", *disturb)


def read(run: Path, code: int, text: str, apart: Collection[str] = ()) -> SuiteRun:
    """What a run wrote into its folder; nothing where it wrote nothing.

    Left out is what was found of the requirements `apart`.
    """
    journal, summary = run / "journal.jsonl", run / "summary.json"
    lines = journal.read_text().splitlines() if journal.exists() else []
    entries = [json.loads(line) for line in lines]
    found = json.loads(summary.read_text())["incidents"] if summary.exists() else []
    claims = tuple(
        entry
        for entry in entries
        if "verdict" in entry
        and (entry["requirement"] not in apart or entry["standing"] not in ("fail", "unknown"))
    )
    found = [incident for incident in found if incident["requirement"] not in apart]
    return SuiteRun(
        code=code,
        claims=claims,
        causes=tuple(str(incident["requirement"]) for incident in found),
        told=_told(found[0], claims) if found else "",
        text=text,
        folder=run.resolve(),
    )


def _told(incident: Mapping[str, Any], claims: tuple[dict[str, Any], ...]) -> str:
    """`subject: observed` of the red that is the cause, and what is known of such an answer."""
    cause = next(
        claim
        for claim in claims
        if (claim["requirement"], claim["subject"])
        == (incident["requirement"], incident["subject"])
        and claim["standing"] != "pass"
    )
    said = " ".join(incident.get("says", ()))
    return f"{cause['subject']}: {cause['observed']}" + (f" ({said})" if said else "")
