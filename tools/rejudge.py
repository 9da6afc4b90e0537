"""Judge a stored run again with the checks of today, offline.

python -m tools.rejudge [RUN]     RUN: an id or a folder; the latest run by default

The plan, the facts and the day are those of the stored run; nothing is sent anywhere. What stands
otherwise than it did is listed. Exit status: 0 when nothing does, 1 when something does, 2 when the
run cannot be judged again.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools import stored
from tools.ending import ended
from trueline.compare.verdicts import changes
from trueline.installed import ROOT
from trueline.model.printable import printable
from trueline.report.run import RunFolder


def main(arguments: list[str] | None = None) -> int:
    """Judge again, and say what changed."""
    parser = stored.parser("python -m tools.rejudge", __doc__)
    parser.add_argument("run", nargs="?", default="latest", help="run id or folder")
    given = parser.parse_args(arguments)
    try:
        before = stored.folder(given.run, given.reports)
        after = judge(before, given.reports)
        old, new = stored.entries(before), stored.entries(after)
    except stored.NoRun as error:
        print(error, file=sys.stderr)
        return 2
    found = changes(old, new)
    for change in found:
        print(printable(str(change)))
    print(f"run {before.id} judged again: {len(new)} claims, {len(found)} stand otherwise")
    return 1 if found else 0


def judge(run: RunFolder, reports: Path) -> RunFolder:
    """A run of the same areas on the stored facts. Raises NoRun when it did not come to an end."""
    areas = sorted({entry.area for entry in stored.entries(run)})
    suites = [f"suites/{area}" for area in areas if (ROOT / "suites" / area).is_dir()]
    if not suites:
        raise stored.NoRun(f"run {run.id} judged no suite of this checkout")
    name = f"{run.id[:40]}-again"
    again, count = RunFolder(reports / name), 2
    while again.path.exists():
        again, count = RunFolder(reports / f"{name}-{count}"), count + 1
    done = subprocess.run(
        [
            *(sys.executable, "-m", "trueline", "pytest", *suites, "-q", "-n", "auto"),
            *("--deep", "--disruptive"),
            *("--rootdir", str(ROOT)),
            # In one word each: a path that stands alone would move where pytest looks for its
            # settings, because these options are not known yet when it does.
            f"--judge-again={run.path}",
            f"--reports={reports}",
            f"--run={again.id}",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not again.journal.exists():
        said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        why = next((line for line in said if line.startswith("ERROR: ")), "\n".join(said))
        raise stored.NoRun(f"run {run.id} was not judged: {why.removeprefix('ERROR: ')}")
    return again


if __name__ == "__main__":
    sys.exit(ended(main))
