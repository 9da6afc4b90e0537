"""Rows 11 and 16: what it takes until the first test could run."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools.bench.plans import two_clusters
from tools.bench.timing import ROOT, act, by_turns, ran
from tools.bench.values import Effort, Outcome, Target, Wrong, ratio

TRIMMED = ("no:hypothesispytest", "no:xdist", "no:cacheprovider", "no:timeout")
START, EACH = 0.25, 0.00007  # seconds: of the start, and for each test
_COUNT = re.compile(r"^(?:(\d+)/)?(\d+) tests? collected", re.MULTILINE)


def collect_words(plan: Path) -> list[str]:
    """What pytest is given to collect all suites, and no more plug-ins than that takes."""
    off = [word for name in TRIMMED for word in ("-p", name)]
    return ["suites", "--collect-only", "-qq", *off, "--topology", str(plan)]


def collected(words: list[str], env: dict[str, str] | None = None) -> tuple[float, int]:
    """The seconds of a whole pytest that collects, and how many tests it names."""
    seconds, text = ran([sys.executable, "-m", "pytest", *words], env=env)
    return seconds, sum("::" in line for line in text.splitlines()) or _counted(text)


def collecting(effort: Effort) -> Outcome:
    """Row 11."""
    with tempfile.TemporaryDirectory() as scratch:
        plan, bare = Path(scratch) / "plan.yaml", Path(scratch) / "bare"
        plan.write_text(two_clusters(reservations=20 if effort.quick else 230), encoding="utf-8")
        words = collect_words(plan)
        _, told = act("collecting", words=words)
        items = int(told["items"])
        if told["status"] or told["heavy"] or told["connected"]:
            raise Wrong(f"collecting imported {told['heavy']} and did {told['connected']}")
        as_nobody = _as_nobody(words, plan)
        if as_nobody not in (None, items):
            raise Wrong(f"{as_nobody} tests without root, {items} with it")
        trivial = _trivial(bare, items)
        sides: dict[str, Callable[[], float]] = {
            f"trueline, {items:,} tests": lambda: collected(words)[0],
            f"bare pytest, {items:,} trivial tests": lambda: collected(trivial)[0],
        }
        taken = list(by_turns(sides, effort.repeats).values())
    limit = START + EACH * items
    return Outcome(
        checked=(
            "neither scapy nor the Kubernetes client is imported, no socket connects",
            "no cluster is there" + ("" if as_nobody is None else ", and root is not needed"),
        ),
        targets=(
            Target(
                what=f"0.25 s + 0.07 ms for each of {items:,} tests", limit=round(limit, 3),
                measured=taken[0].median, unit="s",
            ),
            Target(
                what="trueline / bare pytest with as many trivial tests", limit=1.5,
                measured=ratio(taken[0], taken[1]),
            ),
        ),
        timings=tuple(taken),
    )  # fmt: skip


def byte_code(effort: Effort) -> Outcome:
    """Row 16."""
    if "compileall" not in (ROOT / "deploy/trueline/Containerfile").read_text(encoding="utf-8"):
        raise Wrong("the image has no byte code")
    with tempfile.TemporaryDirectory() as scratch:
        plan = Path(scratch) / "plan.yaml"
        plan.write_text(two_clusters(), encoding="utf-8")
        words = [sys.executable, "-m", "pytest", "suites", "--list", "--topology", str(plan)]
        words += ["-p", "no:cacheprovider"]
        apart = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        compiled = {**apart, "PYTHONPYCACHEPREFIX": f"{scratch}/compiled"}
        without = {
            **apart,
            "PYTHONPYCACHEPREFIX": f"{scratch}/none",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        listed = [_total(ran(words, env=each)[1]) for each in (compiled, without)]
        if not listed[0] or listed[0] != listed[1]:
            raise Wrong("the lists differ with and without byte code")
        sides: dict[str, Callable[[], float]] = {
            "byte code compiled before": lambda: ran(words, env=compiled)[0],
            "PYTHONDONTWRITEBYTECODE=1": lambda: ran(words, env=without)[0],
        }
        with_it, none = by_turns(sides, effort.fewer(3)).values()
    return Outcome(
        checked=("the same list of tests is shown", "the image compiles everything when built"),
        targets=(
            Target(
                what="start with byte code, faster than without", limit=1.6, at_most=False,
                measured=ratio(none, with_it),
            ),
        ),
        timings=(with_it, none),
    )  # fmt: skip


def nothing(count: int) -> str:
    """A module of so many tests that do nothing."""
    return (
        "import pytest\n\n\n"
        f"@pytest.mark.parametrize('number', range({count}))\n"
        "def test_nothing(number):\n    pass\n"
    )


def _trivial(folder: Path, items: int) -> list[str]:
    folder.mkdir()
    for number in range(10):
        count = items // 10 + (number < items % 10)
        (folder / f"test_{number}.py").write_text(
            "import pytest\n\n\n@pytest.fixture(scope='session')\ndef thing():\n    return 1\n\n\n"
            f"@pytest.mark.parametrize('n', range({count}))\ndef test_one(n, thing):\n    pass\n",
            encoding="utf-8",
        )
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    off = [word for name in TRIMMED for word in ("-p", name)]
    return [str(folder), "--rootdir", str(folder), "-c", str(folder / "pytest.ini"),
            "--collect-only", "-qq", *off]  # fmt: skip


def _as_nobody(words: list[str], plan: Path) -> int | None:
    """How many tests somebody without root collects; None where this is not run as root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    plan.parent.chmod(0o755)
    env = {**os.environ, "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    try:
        _, text = ran([*nobody, sys.executable, "-m", "pytest", *words], env=env)
    except Wrong:  # a tree that only root may read says nothing about the suites
        return None
    return _counted(text)


def _total(text: str) -> list[str]:
    """The last line of the list: requirements and tests of all areas."""
    return [line for line in text.splitlines() if line.startswith("total ")]


def _counted(text: str) -> int:
    found = _COUNT.search(text)
    if found is None:
        return sum(int(line.rpartition(": ")[2]) for line in text.splitlines() if ": " in line)
    return int(found[2])
