"""The run folder: its id, its paths, and the link to the latest one."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_ID = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]|\.(?!\.)){0,63}")
LATEST = "latest"
HISTORY = "history.jsonl"
RESERVED = frozenset({LATEST, HISTORY, "README.md"})


class Taken(Exception):
    """The folder of a run is there already; the text says what to do."""


def new_id(now: datetime, token: str) -> str:
    """`<UTC time>-<token>`: sorts by time, and two runs of one second differ."""
    return f"{now:%Y%m%dt%H%M%Sz}-{token}"


def checked_id(text: str) -> str:
    """The text, when it is a plain folder name of at most 64 characters. Raises ValueError."""
    if not _ID.fullmatch(text) or text in RESERVED:
        raise ValueError(
            f"run id {text!r} is not usable: write 1 to 64 letters, digits, '-', '_' or '.',"
            " starting with a letter or digit"
        )
    return text


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Where everything of one run is written."""

    path: Path

    @property
    def id(self) -> str:
        """The name of the folder."""
        return self.path.name

    @property
    def journals(self) -> Path:
        """The folder with one journal per worker, written as the run goes."""
        return self.path / "journal"

    @property
    def journal(self) -> Path:
        """All journals merged, in a stable order."""
        return self.path / "journal.jsonl"

    @property
    def plan(self) -> Path:
        """The plan as it was read: a stored run can be judged again after the plan has changed."""
        return self.path / "topology.yaml"

    @property
    def record(self) -> Path:
        """When the run began, and by which day its exceptions were judged."""
        return self.path / "run.json"

    @property
    def shard(self) -> Path:
        """Which part of a run this is, where one is divided over several."""
        return self.path / "shard.json"

    @property
    def leases(self) -> Path:
        """By which leases this run held its clusters."""
        return self.facts / "leases.json"

    @property
    def facts(self) -> Path:
        """What was observed, once for all workers."""
        return self.path / "snapshot"

    @property
    def allure(self) -> Path:
        """Allure results."""
        return self.path / "allure-results"

    @property
    def report(self) -> Path:
        """The folder of the Allure report that is made of the results."""
        return self.path / "allure-report"

    @property
    def junit(self) -> Path:
        """JUnit XML."""
        return self.path / "junit.xml"

    @property
    def summary_json(self) -> Path:
        """The summary for programs."""
        return self.path / "summary.json"

    @property
    def summary_text(self) -> Path:
        """The summary for people."""
        return self.path / "summary.md"

    @property
    def budget(self) -> Path:
        """What was left out because the run had a budget; not there without one."""
        return self.path / "budget.json"

    @property
    def progress(self) -> Path:
        """How far each observation has come, while it is under way."""
        return self.path / "progress"

    @property
    def picture(self) -> Path:
        """The network with its verdicts, as SVG."""
        return self.path / "picture.svg"

    @property
    def refusal(self) -> Path:
        """Written by a worker that found the run must not start; holds the reason."""
        return self.path / "refused"

    @classmethod
    def named(cls, run: str, reports: Path) -> RunFolder:
        """The folder of a run: of that id below `reports`, or that folder; it need not be there."""
        return cls((Path(run) if os.sep in run else reports / run).resolve())

    @classmethod
    def create(cls, reports: Path, run: str) -> RunFolder:
        """Make the folder of a new run. Raises Taken when there is one of that name, or OSError.

        Whatever the name stands for is left alone: a run that comes to nothing removes its folder.
        """
        folder = cls(reports / run)
        reports.mkdir(parents=True, exist_ok=True)
        try:
            folder.path.mkdir()
        except FileExistsError:
            raise Taken(
                f"run {run!r} is recorded in {folder.path} already: choose another id,"
                " or remove that folder"
            ) from None
        folder.journals.mkdir()
        return folder

    def point_latest(self) -> None:
        """Let `latest` beside the folder name this run, replaced in one step.

        It is a convenience: where links cannot be made, or something else has the name, there is
        none.
        """
        link = self.path.parent / LATEST
        fresh = self.path.parent / f".latest-{self.id}"
        with suppress(OSError):
            fresh.symlink_to(self.id)
            fresh.replace(link)
        fresh.unlink(missing_ok=True)
