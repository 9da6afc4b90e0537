"""Rows 14 and 15: what the Allure results of a test cost, and the report made of them."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tools import report
from tools.allure_cli import Missing, command
from tools.bench.plans import two_clusters
from tools.bench.starting import nothing
from tools.bench.timing import by_turns, clocked, ran
from tools.bench.values import Effort, NotRun, Outcome, Target, Wrong, ratio
from trueline.report.run import RunFolder

SUITE = "suites/plan/test_reservations.py"
START, EACH = 1.2, 0.00075  # seconds of Allure's start, and for each result
# Without allure-pytest its marks are nobody's, and pytest is strict about marks.
MARKS = "\n".join(f"allure_{name}: none" for name in ("label", "link", "description_html"))


def results(effort: Effort) -> Outcome:
    """Row 14."""
    with tempfile.TemporaryDirectory() as scratch:
        plan = _plan(Path(scratch), effort)
        number = 0

        def side(*more: str) -> float:
            nonlocal number
            number += 1
            return _run(plan, f"r{number}", *more)

        with_it: Callable[[], float] = lambda: side()  # noqa: E731
        sides = {
            "with allure-pytest": with_it,
            "without": lambda: side("-p", "no:allure_pytest", "-o", f"markers={MARKS}"),
        }
        taken, without = by_turns(sides, effort.fewer(2)).values()
        folder = RunFolder(Path(scratch) / "reports" / "r1").allure
        found = [path.name for path in folder.iterdir()]
        kept = [name for name in found if name.endswith("-result.json")]
        attached = [name for name in found if "-attachment." in name]
        texts = [(folder / name).read_bytes() for name in (*kept, *attached)]
        _check(folder, kept)
        floor = min(clocked(lambda: _write(Path(scratch) / "floor", texts)) for _ in range(3))
        idle = _idle(Path(scratch), len(kept), effort)
    tests, rest = len(kept), len(found) - len(kept) - len(attached) - len(("env", "cat", "glob"))
    each = (taken.median - without.median) / tests
    return Outcome(
        checked=(f"{tests:,} results, each as its test ended",),
        targets=(
            Target(what="through allure-pytest, a test", limit=1.0, measured=each * 1e3, unit="ms"),
            Target(
                what="files a test, beside its attachments", limit=1.0,
                measured=(tests + max(0, rest)) / tests, unit="",
            ),
        ),
        timings=(taken, without),
        notes=(
            f"Floor: writing the {len(texts):,} files alone takes {floor * 1e3:.0f} ms"
            f" ({floor / tests * 1e3:.3f} ms a test).",
            f"Of as many tests that do nothing and attach nothing, allure-pytest takes"
            f" {idle * 1e3:.2f} ms a test.",
        ),
    )  # fmt: skip


def _idle(scratch: Path, tests: int, effort: Effort) -> float:
    """The seconds that allure-pytest takes for each test that does nothing."""
    suite = scratch / "idle" / "test_idle.py"
    suite.parent.mkdir()
    suite.write_text(nothing(tests), encoding="utf-8")
    words = [sys.executable, "-m", "pytest", str(suite), "-q", "-p", "no:cacheprovider"]
    words += ["-c", os.devnull, "--rootdir", str(suite.parent)]
    sides: dict[str, Callable[[], float]] = {
        "with": lambda: ran([*words, "--alluredir", str(scratch / "idle" / "found")])[0],
        "without": lambda: ran([*words, "-p", "no:allure_pytest"])[0],
    }
    taken = by_turns(sides, effort.fewer(2))
    return (taken["with"].median - taken["without"].median) / tests


def page(effort: Effort) -> Outcome:
    """Row 15."""
    with tempfile.TemporaryDirectory() as scratch:
        _run(_plan(Path(scratch), effort), "r1")
        folder = RunFolder(Path(scratch) / "reports" / "r1")
        tests = len(list(folder.allure.glob("*-result.json")))
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                words = command()
        except Missing as error:
            raise NotRun(str(error).splitlines()[0]) from error
        plain = Path(scratch) / "plain"
        peer = [*words, "awesome", "--single-file", "--output", str(plain), str(folder.allure)]
        ours = [sys.executable, "-m", "tools.report", str(folder.path)]
        sides: dict[str, Callable[[], float]] = {
            "tools.report": lambda: ran(ours)[0],
            "allure awesome --single-file": lambda: ran(peer)[0],
        }
        taken, theirs = by_turns(sides, effort.fewer(3)).values()
        text = (folder.report / "index.html").read_text(encoding="utf-8")
        files = [path.name for path in folder.report.iterdir()]
        if report.without_remotes(text) != text or "java" in words[0]:
            raise Wrong("the report loads something from the network, or needs Java")
        if "index.html" not in files:
            raise Wrong(f"the report is no single file: {files}")
    return Outcome(
        checked=("one HTML file; no script, link or image of another host; no Java",),
        targets=(
            Target(
                what=f"1.2 s + 0.75 ms for each of {tests:,} results", unit="s",
                limit=round(START + EACH * tests, 3), measured=taken.median,
            ),
            Target(
                what="trueline / allure awesome --single-file", limit=1.3,
                measured=ratio(taken, theirs),
            ),
        ),
        timings=(taken, theirs),
    )  # fmt: skip


def _plan(scratch: Path, effort: Effort) -> Path:
    path = scratch / "plan.yaml"
    path.write_text(two_clusters(reservations=10 if effort.quick else 110), encoding="utf-8")
    return path


def _run(plan: Path, name: str, *more: str) -> float:
    words = [
        *(sys.executable, "-m", "pytest", SUITE, "-q", "-p", "no:cacheprovider"),
        *("--topology", str(plan), "--reports", str(plan.parent / "reports"), "--run", name),
    ]
    return ran([*words, *more])[0]


def _check(folder: Path, kept: list[str]) -> None:
    states = {json.loads((folder / name).read_text(encoding="utf-8"))["status"] for name in kept}
    if not kept or states != {"passed", "skipped"}:
        raise Wrong(f"{len(kept)} results say {sorted(states)}")


def _write(folder: Path, texts: list[bytes]) -> None:
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / str(number)).write_bytes(text)
