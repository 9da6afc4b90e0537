"""The soak: how runs differ, what puts them under pressure, and what counts as a false alarm."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

from tools import soak
from tools.lab.process import Process

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def test_half_of_the_runs_are_hard_and_all_variations_come_up() -> None:
    runs = [soak.variation(number) for number in range(100)]
    assert sum(run.hard for run in runs) == 50
    met = {(run.hard, run.workers) for run in runs}
    assert met == set(product((True, False), soak.WORKERS))
    assert {(run.workers, run.zone) for run in runs} == set(product(soak.WORKERS, soak.ZONES))
    assert {run.locale for run in runs} == set(soak.LOCALES)
    assert len({run.seed for run in runs}) == 100
    assert str(runs[1]) == ("-n auto, Pacific/Auckland, C.UTF-8, busy processors and slow APIs")
    assert str(runs[2]) == "-n 0, America/St_Johns, C.UTF-8, calm"


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


@needs_proc
def test_a_slowed_process_stops_for_moments_and_runs_when_it_is_over() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        try:
            with soak.slowed([Process.of(child.pid)]):
                seen = set()
                while "T" not in seen:  # stopped
                    seen.add(state(child.pid))
            assert state(child.pid) != "T"
        finally:
            child.kill()


def test_hogs_are_gone_when_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def noted(argv: list[str]) -> subprocess.Popen[bytes]:
        made.append(start(argv))
        return made[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    with soak.hogs(2):
        assert [child.poll() for child in made] == [None, None]
    assert [child.returncode for child in made] == [-9, -9]


def test_what_fails_is_in_doubt_or_was_not_run_is_an_alarm(tmp_path: Path) -> None:
    path = tmp_path / "summary.json"
    assert soak.read(path) == (0, ("the run wrote no summary",))
    told = {"fail": ["A"], "unknown": ["B"], "advisory": ["C"], "exempted": []}
    path.write_text(json.dumps({"claims": 9, "told": told, "not_run": ["t1"], "broken": ["t2"]}))
    assert soak.read(path) == (9, ("A", "B", "not run: t1", "broken: t2"))
