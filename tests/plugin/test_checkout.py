"""The suites of this checkout, as somebody runs them: a process of its own, from anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.plan.test_reference import AS_WRITTEN

ROOT = Path(__file__).parents[2]
# The tests of this project may themselves run under a plan, a run or workers.
OWN = ("TRUELINE_", "KUBECONFIG", "PYTEST_", "COV_")


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )


def test_the_document_as_written_fails_exactly_what_is_documented(tmp_path: Path) -> None:
    plan = ROOT / "examples" / "reference-as-written.yaml"
    suites = str(ROOT / "suites" / "plan")
    done = run("-m", "pytest", suites, "-q", "--topology", str(plan), "--reports", "here",
               "--run", "r1", cwd=tmp_path)  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    journal = (tmp_path / "here" / "r1" / "journal.jsonl").read_text(encoding="utf-8")
    entries = [json.loads(line) for line in journal.splitlines()]
    failed = Counter(entry["requirement"] for entry in entries if entry["standing"] == "fail")
    assert failed == {name: claims for name, (_, claims) in AS_WRITTEN.items()}
    assert [entry for entry in entries if entry["standing"] == "unknown"] == []
    assert "report: here/r1\n" in done.stdout


COLLECT = """\
import socket, sys
import pytest

def connect(*_):
    raise SystemExit("a connection was made")

socket.socket.connect = socket.socket.connect_ex = socket.socket.sendto = connect
code = pytest.main(["suites", "--collect-only", "-q", "-p", "no:cacheprovider"])
print(sorted({"kubernetes", "scapy", "urllib3", "websocket"} & sys.modules.keys()))
sys.exit(code)
"""


def test_collecting_the_suites_reaches_for_nothing(tmp_path: Path) -> None:
    done = run("-c", COLLECT, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
