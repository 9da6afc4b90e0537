"""A small plan of one cluster, and a run of the plan's suite as its owner would start it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PLAN = """\
version: 1
name: small
segments:
  lan: {cidr: 203.0.113.0/24}
clusters:
  north:
    context: north
    cni: {kind: flannel}
    segment: lan
    pods: [10.1.0.0/16]
    services: [10.2.0.0/16]
    nodes: {north-1: {role: worker, address: 203.0.113.11}}
"""


def judged(plan: Path, reports: Path) -> subprocess.CompletedProcess[str]:
    """`pytest suites/plan --topology PLAN`, from this checkout."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "suites/plan", "-q", "-p", "no:cacheprovider"),
            *("--topology", str(plan), "--reports", str(reports)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
