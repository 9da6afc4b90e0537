"""Tell what changed in a run: new failures, new causes, what was repaired. Silent without changes.

python -m tools.notify [RUN] --stdout                         RUN: an id or a folder; the latest
python -m tools.notify [RUN] --webhook-env NAME [--format slack|json]

The address of the webhook is a secret and is read from the environment variable NAME: it is never
shown. Compared is with the last run before of the same plan and the same selection that ended
by itself, or with the one that --against names. Sent are lines of the report and nothing else.
Exit status: 0 when nothing changed or the change was told, 1 when it could not be sent, 2 when a
run cannot be read or NAME holds no address.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tools import stored
from tools.ending import ended
from tools.webhook import NotSent, address, send
from trueline.compare.news import news
from trueline.compare.verdicts import Past, standings
from trueline.report import notice
from trueline.report.closed import Closed, NotClosed, closed
from trueline.report.notice import Notice
from trueline.report.run import RunFolder

BODIES = {"slack": notice.slack, "json": notice.as_json}


def main(arguments: list[str] | None = None) -> int:
    """Compare, and tell."""
    parser = stored.parser("python -m tools.notify", __doc__)
    parser.add_argument("run", nargs="?", default="latest", help="run id or folder")
    parser.add_argument("--against", metavar="RUN", help="compare with this run")
    parser.add_argument("--format", choices=BODIES, help="default: slack; text with --stdout")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="trust this CA (PEM) instead")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--stdout", action="store_true", help="print it")
    where.add_argument("--webhook-env", metavar="NAME", help="the variable with the address")
    given = parser.parse_args(arguments)
    try:
        name = given.webhook_env
        to = address(os.environ.get(name, ""), name=name) if name else None
        told = compared(stored.folder(given.run, given.reports), given.reports, given.against)
    except (stored.NoRun, NotClosed, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if not told.news:
        return 0
    if to is None:
        made = BODIES[given.format](told).decode() if given.format else notice.text(told)
        print(made)
        return 0
    try:
        send(to, BODIES[given.format or "slack"](told), ca=given.ca)
    except NotSent as error:
        print(f"the change could not be sent: {error}", file=sys.stderr)
        print(notice.text(told), file=sys.stderr)
        return 1
    print(f"sent {len(told.news)} changes of run {told.run.run}")
    return 0


def compared(folder: RunFolder, reports: Path, against: str | None) -> Notice:
    """A run beside the one before it. Raises NoRun and NotClosed."""
    run = closed(folder)
    earlier = list(comparable(run, reports))
    before = (
        closed(stored.folder(against, reports))
        if against is not None
        else max(earlier, key=lambda one: one.began, default=None)
    )
    found = news(before, run, present=_past(run), earlier=[_past(one) for one in earlier])
    return Notice(run=run, against=before.run if before else None, news=found)


def comparable(run: Closed, reports: Path) -> Iterator[Closed]:
    """Runs below `reports` before this one: of its plan and selection, observed, not stopped."""
    for path in sorted(reports.iterdir()) if reports.is_dir() else ():
        try:
            other = closed(RunFolder(path)) if not path.is_symlink() and path.is_dir() else None
        except NotClosed:
            continue  # killed or stopped: it says nothing of what it did not come to
        if (
            other is not None
            and (other.plan, other.narrowed_by, other.drills)
            == (run.plan, run.narrowed_by, run.drills)
            and other.facts_of is None
            and other.stopped is None
            and other.began < run.began
        ):
            yield other


def _past(run: Closed) -> Past:
    return Past(run=run.run, began=run.began, standings=standings(run.entries))


if __name__ == "__main__":
    sys.exit(ended(main))
