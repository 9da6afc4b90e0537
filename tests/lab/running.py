"""Run the suites in the lab's runner, as a user does, and read what they wrote down."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.lab.lab import Lab

ROOT = Path(__file__).resolve().parents[2]
LIVE = ("suites/clusters", "suites/metallb", "suites/l2")


@dataclass(frozen=True)
class SuiteRun:
    """One run: the exit code, every claim of the journal, the root causes, and what was printed."""

    code: int
    claims: tuple[dict[str, Any], ...]
    causes: tuple[str, ...]
    text: str

    def having(self, standing: str) -> dict[str, list[str]]:
        """Requirement id -> the claims that stand so (`fail`), as `subject: observed`."""
        found: dict[str, list[str]] = {}
        for claim in self.claims:
            if claim["standing"] == standing:
                line = f"{claim['subject']}: {claim['observed']}"
                found.setdefault(claim["requirement"], []).append(line)
        return found


def run_suites(lab: Lab, folder: Path, *arguments: str) -> SuiteRun:
    """Run pytest on suites in the runner's namespace, with its reports below `folder`."""
    argv = [sys.executable, "-m", "pytest", *arguments, f"--reports={folder}"]
    done = subprocess.run(
        lab.runner_command(argv),
        env=lab.runner_environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    journal = folder / "latest" / "journal.jsonl"
    lines = journal.read_text().splitlines() if journal.exists() else []
    entries = [json.loads(line) for line in lines]
    claims = tuple(entry for entry in entries if "verdict" in entry)
    summary = folder / "latest" / "summary.json"
    found = json.loads(summary.read_text())["incidents"] if summary.exists() else []
    causes = tuple(str(incident["requirement"]) for incident in found)
    return SuiteRun(done.returncode, claims, causes, done.stdout + done.stderr)
