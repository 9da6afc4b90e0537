"""Say what is otherwise in a run than in an earlier one, and since when each failure lasts.

python -m tools.diff OLD [NEW]     ids or folders; NEW is the latest run by default

Compared are verdicts, owners of addresses on the wire, addresses of Services, nodes, where Services
run, versions, certificates, and answers that took several times as long. What one of the runs did
not observe is left out. Exit status: 0 when nothing is otherwise, 1 when something is, 2 when a run
cannot be read.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from tools import stored
from tools.ending import ended
from trueline.compare.facts import differences
from trueline.compare.verdicts import ages, changes
from trueline.model.printable import printable
from trueline.observe.store import DamagedStore
from trueline.report.run import RunFolder

SHOWN = 20  # of one sort


def main(arguments: list[str] | None = None) -> int:
    """Compare two runs and print what is otherwise."""
    parser = stored.parser("python -m tools.diff", __doc__)
    parser.add_argument("old", help="run id or folder")
    parser.add_argument("new", nargs="?", default="latest", help="run id or folder")
    given = parser.parse_args(arguments)
    try:
        old = stored.folder(given.old, given.reports)
        new = stored.folder(given.new, given.reports)
        lines = list(_told(old, new))
        failing = list(_failing(new, given.reports))
    except (stored.NoRun, DamagedStore) as error:
        print(error, file=sys.stderr)
        return 2
    for line in [*lines, *failing]:
        print(printable(line))
    if not lines:
        print(f"nothing is otherwise in {new.id} than in {old.id}")
    return 1 if lines else 0


def _told(old: RunFolder, new: RunFolder) -> Iterator[str]:
    changed = changes(stored.entries(old), stored.entries(new))
    yield from _section("verdicts", [str(change) for change in changed])
    found = differences(stored.facts(old), stored.facts(new))
    for kind, items in groupby(found, key=lambda item: item.kind):
        yield from _section(kind, [str(item) for item in items])


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"== {title}"
        yield from lines[:SHOWN]
        if len(lines) > SHOWN:
            yield f"and {len(lines) - SHOWN} more"


def _failing(run: RunFolder, reports: Path) -> Iterator[str]:
    found = ages(stored.past(run), stored.earlier(run, reports))
    lines = [f"{key[0]} {key[1]}: {age}" for key, age in sorted(found.items())]
    return _section("failing since", lines)


if __name__ == "__main__":
    sys.exit(ended(main))
