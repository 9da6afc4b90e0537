"""Make the Allure report of a run: one HTML file that needs no network.

python -m tools.report [RUN]     RUN: an id or a folder; the latest run by default

Each report shows what earlier runs of the same plan came to, of which `history.jsonl` beside the
runs keeps the last 10, and adds its own run to them.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tools import report_history
from tools.allure_cli import Missing, command
from tools.ending import ended
from trueline.installed import reports
from trueline.model.requirement import Severity
from trueline.report.labels import TEST
from trueline.report.run import RunFolder

# The first character of each is looked for as it is: a page of a whole run has eleven megabytes.
_SCRIPT = re.compile(r"<(?i:script)\b[^>]*>")
_SCRIPT_ENDS = re.compile(r"</(?i:script)\b[^>]*>")
_LINK = re.compile(r"<(?i:link|iframe|img)\b[^>]*>")
_REMOTE = re.compile(r"""\b(?:src|href)\s*=\s*["']?\s*(?:https?:)?//[^"'\s>]*""", re.IGNORECASE)
_ANALYTICS = ("googletagmanager.com", "google-analytics.com", "gtag(")


NOISE = ("framework", "host", "language", "package", "parentSuite", "suite", TEST, "thread")


CHARTS = (
    {"type": "statusDynamics", "title": "The last runs"},
    {"type": "statusTransitions", "title": "What changed from run to run"},
    {
        "type": "testResultSeverities",
        "title": "This run by severity",
        "levels": [severity.value for severity in Severity],
        "statuses": ["passed", "failed", "broken", "skipped"],
    },
)


class NotPrivate(Exception):
    """The report would load something from the network."""


def main(arguments: list[str] | None = None) -> int:
    """Make the report and say where it is; 1 when it cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m tools.report", description=__doc__)
    parser.add_argument("run", nargs="?", default="latest", help="run id or folder")
    parser.add_argument("--reports", type=Path, default=reports(), help="default: reports/")
    given = parser.parse_args(arguments)
    folder = RunFolder.named(given.run, given.reports)
    if not folder.allure.is_dir():
        print(f"{folder.path} holds no allure-results: run `pytest suites/` first", file=sys.stderr)
        return 1
    try:
        page = build(folder)
    except (Missing, NotPrivate) as error:
        print(f"{error}\nThe results are in {_shown(folder.allure)}.", file=sys.stderr)
        return 1
    print(f"report: {_shown(page)} ({page.stat().st_size / 1e6:.1f} MB)")
    return 0


def build(folder: RunFolder) -> Path:
    """The report as one file. Raises Missing (no command line) or NotPrivate."""
    output = folder.report
    page = output / "index.html"
    night, shelf = report_history.night(folder), report_history.beside(folder)
    points = report_history.read(shelf) if night else []
    with tempfile.TemporaryDirectory() as scratch:
        config, history = Path(scratch) / "allurerc.json", Path(scratch) / "history.jsonl"
        config.write_text(json.dumps(settings(folder, history)), encoding="utf-8")
        if night and (earlier := report_history.before(points, night)):
            report_history.write(history, earlier)  # an empty one would make every test a new one
        done = subprocess.run(
            [*command(), "generate", "--config", str(config), "--output", str(output),
             "--cwd", scratch, str(folder.allure)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0 or not page.exists():
            raise Missing(f"allure made no report:\n{done.stdout}{done.stderr}".rstrip())
        page.write_text(without_remotes(page.read_text(encoding="utf-8")), encoding="utf-8")
        if night and night.counts:
            made = report_history.newest(history)
            report_history.write(shelf, report_history.added(points, made, night))
    return page


def settings(folder: RunFolder, history: Path) -> dict[str, Any]:
    """What Allure is told about the report: one file, tests by area and requirement.

    Allure 3 takes categories from here; the file of the results is for Allure 2 and for us.
    """
    path = folder.allure / "categories.json"
    categories = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
    by_requirement = {"groupBy": [{"label": "feature"}], "groupByMessage": False, "expand": True}
    return {
        "name": f"trueline {folder.id}",
        "categories": [{**category, **by_requirement} for category in categories],
        "hideLabels": list(NOISE),
        "historyPath": str(history),
        "historyLimit": report_history.RUNS,
        "plugins": {
            "awesome": {
                "options": {
                    "reportName": f"trueline {folder.id}",
                    "singleFile": True,
                    "reportLanguage": "en",
                    "groupBy": ["epic", "feature"],
                    "defaultSortBy": "status,asc",
                    "sections": ["charts"],
                    "charts": list(CHARTS),
                }
            }
        },
    }


def without_remotes(html: str) -> str:
    """The page without Allure's analytics; raises NotPrivate when anything remote is left."""
    kept, tags, at = [], [], 0
    while begin := _SCRIPT.search(html, at):
        end = _SCRIPT_ENDS.search(html, begin.end())
        after = end.end() if end else len(html)
        kept.append(html[at : begin.start()])
        script = html[begin.start() : after]
        if not any(host in script for host in _ANALYTICS):
            kept.append(script)
            tags.append(begin[0])
        at = after
    html = "".join([*kept, html[at:]])
    tags += _LINK.findall(html)
    left = [match[0] for tag in tags for match in _REMOTE.finditer(tag)]
    if left:
        raise NotPrivate(f"the report would load from the network: {', '.join(left)}")
    return html


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(ended(main))
