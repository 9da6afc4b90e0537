"""Say what is live and no line of the plan explains, and which lines no claim examined.

python -m tools.reverse [RUN]     RUN: an id or a folder; the latest run by default

Read from what a stored run observed and claimed; nothing is sent anywhere. Exit status: 0 when the
plan explains everything, 1 when it does not, 2 when the run cannot be read. Lines that no claim
examined are listed and change nothing: the run may have been of some suites only.
"""

from __future__ import annotations

import sys

from tools import stored
from tools.ending import ended
from trueline.compare.reverse import Share, unexamined, unexplained
from trueline.intent.load import InvalidTopology
from trueline.model.printable import printable
from trueline.observe.store import DamagedStore

NO_VERDICT = ("not applicable", "unknown")


def main(arguments: list[str] | None = None) -> int:
    """Print both lists with their shares."""
    parser = stored.parser("python -m tools.reverse", __doc__)
    parser.add_argument("run", nargs="?", default="latest", help="run id or folder")
    given = parser.parse_args(arguments)
    try:
        run = stored.folder(given.run, given.reports)
        topology = stored.plan(run)
        live = unexplained(topology, stored.facts(run))
        claims = stored.entries(run)
    except (stored.NoRun, DamagedStore, InvalidTopology) as error:
        print(error, file=sys.stderr)
        return 2
    cited = {e.at for e in claims if e.at and e.verdict not in NO_VERDICT}
    _show("live objects that no line of the plan explains", live, "explained")
    _show("lines of the plan that no claim examined", unexamined(topology, cited), "examined")
    return 1 if live.left else 0


def _show(title: str, share: Share, done: str) -> None:
    print(f"{title}: {len(share.left)} of {share.total} ({share.percent} % {done})")
    for line in share.left:
        print(f"  {printable(line)}")


if __name__ == "__main__":
    sys.exit(ended(main))
