"""Mutants of a small project, tried for real: forked, with the tests that reach their lines."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tools.mutant_runs import CannotMutate, Reached, forked

ROOT = Path(__file__).parents[2]

JUDGE = """
class Check:
    def __init__(self, judge):
        self.judge = judge


@Check
def verdict(a, b):
    yield a == b


def least(a):
    note = "nobody reads this"
    while a > 3:
        a -= 1
    return a


def unasked():
    return 1


def made(text):
    def said():
        return "it is " + text

    return said


def pair(first, second):
    def both():
        yield first
        yield second

    return both


KEPT = made("kept")
PAIR = pair(1, 2)
"""

TESTS = """
import functools
from judge import KEPT, PAIR, least, verdict


@functools.cache
def remembered():
    return list(verdict.judge(1, 1))


def test_equal():
    assert remembered() == [True]


def test_least():
    assert least(5) == 3


def test_kept():
    assert KEPT() == "it is kept"


def test_pair():
    assert list(PAIR()) == [1, 2]
"""

SCRIPT = """
import json, sys
from pathlib import Path
from tools.mutators import mutants
from tools.mutant_runs import Reached, collected, forked

root = Path(sys.argv[1])
path, kept = root / "judge.py", root / "reached.json"
said = []

def work(runner):
    forked(lambda: str(kept.write_text(runner.measure([root]))))
    runner.reached = Reached.read(kept.read_text())
    for mutant in mutants("m", path.read_text()):
        if not mutant.name.startswith("m.Check."):
            said.append([mutant.diff.split("\\n")[1], *runner.try_out(path, mutant)])

collected(root, ["test_judge.py"], work)
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[list[str]]:
    root = tmp_path_factory.mktemp("project")
    (root / "judge.py").write_text(JUDGE)
    (root / "test_judge.py").write_text(TESTS)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(root)],
        cwd=root,
        env={"PYTHONPATH": f"{ROOT}:{root}", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: list[list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_each_mutant_has_its_outcome_and_its_killer(outcomes: list[list[str]]) -> None:
    equal, least, kept = (f"test_judge.py::test_{name}" for name in ("equal", "least", "kept"))
    assert outcomes == [
        ["+ pass", "killed", equal],
        ["+ yield a != b", "killed", equal],
        ['+ note = "XX" "nobody reads this"', "survived", ""],
        ["+ while not (a > 3):", "killed", least],
        ["+ while a >= 3:", "killed", least],
        ["+ while a > 4:", "killed", least],
        ["+ pass", "timed out", ""],
        ["+ a -= 2", "survived", ""],
        ["+ return None", "killed", least],
        ["+ return None", "no tests", ""],
        ["+ return 2", "no tests", ""],
        ["+ return None", "killed", kept],  # it uses nothing of the closure that it is given
        ['+ return "XX" "it is " + text', "killed", kept],
        ['+ return "it is " - text', "killed", kept],
        ["+ return None", "no tests", ""],  # it ran while its module was imported
        ["+ pass", "survived", ""],  # with a part of its closure it fits no function that is kept
        ["+ pass", "survived", ""],
        ["+ return None", "no tests", ""],
    ]


def test_the_fastest_tests_come_first_and_slow_ones_not_at_all() -> None:
    path = Path("judge.py")
    reached = Reached(
        {"slow": 2.1, "quick": 0.1, "quicker": 0.05},
        {"judge.py": {1: ["slow", "quick"], 2: ["quicker"], 3: ["other"]}},
    )

    assert reached.tests(path, range(1, 3)) == ["quicker", "quick"]
    assert reached.tests(Path("other.py"), range(1, 3)) == []


def test_a_child_tells_what_it_found_or_why_it_could_not() -> None:
    def fails() -> str:
        raise ValueError("no such thing")

    assert forked(lambda: "found") == "found"
    with pytest.raises(CannotMutate, match=r"^ValueError: no such thing$"):
        forked(fails)
