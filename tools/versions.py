"""Run the tests on other Pythons and with the oldest libraries, and write docs/versions.md.

python -m tools.versions [PYTHON ...] [--oldest | --locked]

PYTHON is a command or a path; by default every python3.11 and newer that PATH or pyenv has. Each
is tried with the libraries of requirements.lock, and the first one also with the oldest ones that
pyproject.toml admits (--oldest, --locked: these alone). Only the tests that need no lab are run:
what changes with the versions is the program, not the network. It takes ten minutes for each.
Exit status: 0 when every test passed, 1 otherwise, 2 when there is no answer.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from tools.ending import ended
from tools.gate import PATIENCE
from tools.lab.paths import cache
from tools.licences import pinned
from tools.phases import ROOT, counts
from tools.versions_page import SHOWN, Row, keep, number

LOCKED, OLDEST = "locked", "oldest"
NAMES = tuple(f"python3.{minor}" for minor in range(11, 20))
_ASKED = "import sys; print('%d.%d.%d' % sys.version_info[:3])"


class CannotTry(Exception):
    """There is no such Python, or the libraries cannot be installed; the text says which."""


def pythons(words: Sequence[str]) -> dict[str, str]:
    """Version and path of each Python that is asked for, the oldest first. Raises CannotTry."""
    found: dict[str, str] = {}
    for word in words or _installed():
        version = _version(word)
        if version is None:
            if words:
                raise CannotTry(f"{word} is no Python, 3.11 or newer, that can be run")
        else:
            found.setdefault(version, word)
    return dict(sorted(found.items(), key=lambda item: number(item[0])))


def _installed() -> Iterator[str]:
    yield sys.executable
    yield from filter(None, map(shutil.which, NAMES))
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for name in NAMES:
        yield from map(str, sorted(root.glob(f"versions/*/bin/{name}")))


def _version(python: str) -> str | None:
    try:
        told = subprocess.run([python, "-c", _ASKED], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = told.stdout.strip()
    return found if told.returncode == 0 and number(found) >= (3, 11) else None


def oldest(project: Mapping[str, object], pins: Mapping[str, str]) -> list[str]:
    """What pip is asked for: each library at the first minor release that the project admits.

    Tools of development are pinned as in the lock. `project` is pyproject.toml as it is read.
    """
    of = {name.lower(): version for name, version in pins.items()}
    table = project["project"]
    assert isinstance(table, dict)
    found = [re.sub(r">=([\d.]+)", r"==\1.*", line) for line in table["dependencies"]]
    for line in table["optional-dependencies"]["dev"]:
        name = re.split(r"[<>=\s]", line)[0]
        found.append(f"{name}=={of[name.lower()]}")
    return found


def environment(python: str, version: str, libraries: str) -> Path:
    """The Python of an environment with these libraries, made if need be. Raises CannotTry."""
    folder = cache() / "versions" / f"{version}-{libraries}"
    own = folder / "bin" / "python"
    lock = ROOT / "requirements.lock"
    if libraries == LOCKED:
        words = ["--require-hashes", "--requirement", str(lock)]
    else:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        words = oldest(project, pinned(lock.read_text(encoding="utf-8")))
    for what, command in (
        ("made", [python, "-m", "venv", str(folder)]),
        ("filled", [str(own), "-m", "pip", "install", "--quiet", *words]),
    ):
        if subprocess.run(command, check=False).returncode != 0:
            raise CannotTry(f"the environment {folder} could not be {what}; the answer is above")
    return own


def tried(own: Path, version: str, libraries: str) -> Row:
    """Run the tests."""
    with tempfile.TemporaryDirectory(prefix="trueline-") as folder:
        junit = Path(folder) / "junit.xml"
        words = ["-m", "pytest", "tests", "-q", "-m", "not lab", "-n", "auto"]
        words += [f"--timeout={PATIENCE}", f"--junitxml={junit}"]
        subprocess.run([str(own), *words], cwd=ROOT, check=False)
        came = counts(junit)
    told = subprocess.run(
        [str(own), "-m", "pip", "list", "--format=json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    there = {one["name"].lower(): one["version"] for one in json.loads(told.stdout)}
    return Row(
        python=version,
        libraries=libraries,
        versions={name: there[name] for name in sorted(SHOWN)},
        **asdict(came),
        day=f"{datetime.now(UTC):%Y-%m-%d}",
    )


def main(arguments: list[str] | None = None) -> int:
    """Try each, and write after each."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.versions",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("pythons", nargs="*", metavar="PYTHON", help="these alone")
    alone = parser.add_mutually_exclusive_group()
    alone.add_argument("--oldest", action="store_true", help="the oldest libraries alone")
    alone.add_argument("--locked", action="store_true", help="the locked libraries alone")
    given = parser.parse_args(arguments)
    good = True
    try:
        found = pythons(given.pythons)
        todo = [] if given.oldest else [(version, LOCKED) for version in found]
        todo += [] if given.locked else [(next(iter(found)), OLDEST)]
        for number, (version, libraries) in enumerate(todo, 1):
            print(f"{number} of {len(todo)}: Python {version}, {libraries}", flush=True)
            row = tried(environment(found[version], version, libraries), version, libraries)
            keep(row)
            good &= not row.failed
    except CannotTry as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(ended(main))
