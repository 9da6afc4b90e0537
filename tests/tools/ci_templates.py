"""The shell scripts of the CI templates, as the CI server would run them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "ci"
GITHUB = FOLDER / "github-actions.yml"
GITLAB = FOLDER / "gitlab-ci.yml"

# bash as the servers start it: GitHub with `shell: bash`, GitLab's shell and Docker executors.
BASH = ("bash", "--noprofile", "--norc", "-eo", "pipefail")


@dataclass(frozen=True)
class Script:
    """One script of a job, in a shell of its own."""

    job: str
    name: str
    text: str

    @property
    def commands(self) -> list[list[str]]:
        """Its calls of trueline, as words: pytest and `python -m tools...`."""
        text = self.text.replace("\\\n", " ")
        found = re.findall(r"\.venv/bin/(?:pytest|python -m tools)[^\n|]*", text)
        return [shlex.split(line) for line in found]


def load(path: Path) -> dict[str, Any]:
    """A template; YAML 1.1 reads GitHub's `on` as a truth value."""
    found = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {("on" if name is True else name): value for name, value in found.items()}


def github(job: str) -> list[Script]:
    """The scripts of a job of the GitHub template, one for each step."""
    made = load(GITHUB)["jobs"][job]
    return [Script(job, step["name"], step["run"]) for step in made["steps"] if "run" in step]


def gitlab(job: str) -> list[Script]:
    """The one script of a job of the GitLab template, without what installs."""
    made = load(GITLAB)[job]
    return [Script(job, job, "\n".join(made["script"]))]


def every() -> Iterator[Script]:
    """All scripts of both templates, what installs included."""
    for job in load(GITHUB)["jobs"]:
        yield from github(job)
    for job in ("plan", "nightly"):
        yield from gitlab(job)
    yield Script("all", "install", "\n".join(load(GITLAB)[".install"]["before_script"]))
