"""Draw the picture of a stored run anew: its network as SVG, with the verdicts.

python -m tools.picture [RUN]               RUN: an id or a folder; the latest run by default
python -m tools.picture RUN --output FILE   write it elsewhere than into the folder of the run

In the folder of the run, the report that `python -m tools.report` makes shows it as well. Nothing
is judged and nothing is sent. Exit status: 0, or 2 when the run cannot be drawn.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools import stored
from tools.ending import ended
from trueline.diagnose.incidents import incidents
from trueline.diagnose.telling import told
from trueline.intent.load import InvalidTopology
from trueline.report.allure_sink import attach_picture
from trueline.report.picture import picture
from trueline.report.run import RunFolder


def main(arguments: list[str] | None = None) -> int:
    """Draw, and say where it is."""
    parser = stored.parser("python -m tools.picture", __doc__)
    parser.add_argument("run", nargs="?", default="latest", help="run id or folder")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: in the run's folder")
    given = parser.parse_args(arguments)
    try:
        run = stored.folder(given.run, given.reports)
        drawn = draw(run)
        where = given.output or run.picture
        where.write_text(drawn, encoding="utf-8")
        if given.output is None and run.allure.is_dir():
            attach_picture(run.allure, drawn)
    except (stored.NoRun, InvalidTopology) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error.filename} cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    print(f"picture: {where}")
    return 0


def draw(run: RunFolder) -> str:
    """The picture of a stored run. Raises stored.NoRun or InvalidTopology."""
    entries = stored.entries(run)
    if entries and not any(entry.about for entry in entries):
        raise stored.NoRun(
            f"{run.path} was recorded before claims said what they are about:"
            f" judge it again with `python -m tools.rejudge {run.path}`, and draw that"
        )
    plan = stored.plan(run)
    found = incidents(
        [entry for entry in entries if entry.standing == "fail"],
        [entry for entry in entries if entry.standing == "unknown"],
    )
    return picture(plan, entries, [told(one, plan) for one in found], run=run.id)


if __name__ == "__main__":
    sys.exit(ended(main))
