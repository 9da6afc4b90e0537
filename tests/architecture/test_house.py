"""The rules of the house that a machine can hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import catalogue, requirement_pages

ROOT = Path(__file__).parents[2]
CODE = ("trueline", "fixtures", "suites", "tools", "tests")
MOST_LINES = 400
MAY_SLEEP = {"trueline/observe/clock.py", "tools/lab/waiting.py"}
NO_NOUN = {"utils", "util", "helpers", "helper", "common", "misc"}
MACHINE_PATH = re.compile(r"(?<![\w}.~])/(?:root|work|home)/[\w.]")


def sources(*folders: str) -> list[Path]:
    """Every Python file of the folders, and the conftest."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [ROOT / "conftest.py", *found]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def shipped() -> list[Path]:
    """Every file that git keeps, or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [path for name in listed if (path := ROOT / name).is_file()]


def test_a_module_has_one_subject() -> None:
    long = {
        named(path): lines
        for path in sources(*CODE)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_every_function_has_a_home() -> None:
    homeless = [
        named(path)
        for path in sources(*CODE)
        if path.stem in NO_NOUN or NO_NOUN & set(path.relative_to(ROOT).parts[:-1])
    ]
    assert homeless == []


def sleeps(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            if any(name.name == "sleep" for name in node.names):
                yield node.lineno
        elif isinstance(node, ast.Attribute) and node.attr == "sleep":
            yield node.lineno


def test_nobody_sleeps() -> None:
    found = [
        f"{named(path)}:{line}"
        for path in sources(*CODE)
        if named(path) not in MAY_SLEEP
        for line in sleeps(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_the_root_conftest_only_names_plugins() -> None:
    text = (ROOT / "conftest.py").read_text(encoding="utf-8")
    assert len(text.splitlines()) < 40
    assert "fixture(" not in text
    assert not any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(text)))


def suite_tests() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted((ROOT / "suites").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield f"{named(path)}::{node.name}", node


def test_a_suite_test_verifies_one_check_under_its_name() -> None:
    wrong = []
    for name, node in suite_tests():
        marks = [ast.unparse(mark) for mark in node.decorator_list]
        check = node.name.removeprefix("test_")
        if f"pytest.mark.verifies({check})" not in marks:
            wrong.append(f"{name}: {marks}")
    assert wrong == []


def test_a_suite_test_is_a_few_lines() -> None:
    long = {}
    for name, node in suite_tests():
        first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
        lines = (node.end_lineno or node.lineno) - first + 1
        if lines > 6:
            long[name] = lines
    assert long == {}


def test_the_catalogue_fits_together() -> None:
    assert catalogue.read().faults() == []


def test_the_catalogue_is_fresh() -> None:
    read = catalogue.read()
    assert catalogue.PAGE.read_text(encoding="utf-8") == read.page()
    written = {path.name: path.read_text(encoding="utf-8") for path in catalogue.PAGES.iterdir()}
    assert written == read.pages(requirement_pages.Known.stored())


def test_layers_import_only_downwards() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_product_speaks_of_no_machine() -> None:
    found = []
    for path in shipped():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if path == Path(__file__):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if MACHINE_PATH.search(line):
                found.append(f"{named(path)}:{number}: {line.strip()[:80]}")
    assert found == []


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ('"/work/x"', True),
        ("see /home/me", True),
        ('f"/proc/{pid}/root/run"', False),
        ("https://a.test/work/x", False),
        ("~/root/x", False),
    ],
)
def test_a_machine_path_is_known_when_seen(text: str, hit: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is hit
