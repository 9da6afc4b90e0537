"""Write the verdicts of a run as Prometheus metrics, for node_exporter's textfile collector.

python -m tools.metrics [RUN] --output FILE.prom     RUN: an id or a folder; the latest by default

The file appears whole or not at all, and every user of the machine may read it. A run that did not
come to its end leaves the file as it was: an alert on its age tells (deploy/prometheus-rules.yaml).
Exit status: 0 when it is written, 2 when it is not.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools import stored
from tools.ending import ended
from trueline.intent.load import InvalidTopology
from trueline.observe.whole import write_whole
from trueline.report import catalogue, exposition
from trueline.report.closed import NotClosed, closed

SUFFIX = ".prom"


def main(arguments: list[str] | None = None) -> int:
    """Write the file."""
    parser = stored.parser("python -m tools.metrics", __doc__)
    parser.add_argument("run", nargs="?", default="latest", help="run id or folder")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.prom")
    given = parser.parse_args(arguments)
    if given.output.suffix != SUFFIX:
        parser.error(
            f"--output {given.output}: the collector reads only names that end in {SUFFIX}"
        )
    try:
        folder = stored.folder(given.run, given.reports)
        run, plan = closed(folder), stored.plan(folder)
        write_whole(given.output, exposition.text(run, plan.exemptions, catalogue.every()))
        given.output.chmod(0o644)
    except (stored.NoRun, NotClosed, InvalidTopology) as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{given.output} cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(ended(main))
