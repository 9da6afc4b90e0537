"""Say, before anything runs, what a run would be able to tell and what it would not.

python -m tools.preflight [--topology FILE] [--kubeconfig FILE] [--disruptive] [-v]

Asks whether this host has the programs that it takes and can listen on each segment, whether every
cluster answers and is another one, which permissions the credentials have, whether probe pods would
be started and which nodes have their image. Nothing is changed: pods are asked for as a dry run.
-v also lists what is in order.
Exit status: 0 when everything can be observed, 1 when something would be unknown, 2 when nothing
can be observed or the plan cannot be read.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tools import allure_cli
from tools.ending import ended
from trueline.installed import home, reports
from trueline.intent.load import InvalidTopology, load
from trueline.model.printable import printable
from trueline.model.topology import Topology
from trueline.observe import readiness
from trueline.observe.readiness import Finding
from trueline.report.summary import counted
from trueline.vantage.host import refusal


def told(found: list[Finding], *, every: bool) -> Iterator[str]:
    """The findings, by what they are about, with what is lost."""
    for about in dict.fromkeys(item.about for item in found):
        mine = [item for item in found if item.about == about]
        bad = readiness.missing(mine)
        first = mine[0]
        yield f"{about}: {first.text}" + (f"; unknown: {first.lost}" if not first.good else "")
        for item in mine[1:]:
            if not item.good:
                yield f"  {item.text}; unknown: {item.lost}"
            elif every or item.told:
                yield f"  {item.text}"
        if len(mine) > 1 and not bad:
            yield f"  {counted(len(mine) - 1, 'thing')} needed there, all in order"


def lasted(reports: Path, digest: str) -> str:
    """How long the latest whole run of the same plan took, as far as one is stored."""
    try:
        closed = json.loads((reports / "latest" / "summary.json").read_text(encoding="utf-8"))
        whole = closed["stopped"] is None and not closed["not_run"]
        if closed["topology_sha256"] == digest and whole:
            return f"the latest run of this plan took {closed['seconds']:.0f} s"
    except (OSError, ValueError, KeyError, TypeError):
        pass
    return "how long it takes is not known: the latest stored run is of another plan, or not whole"


def programs(topology: Topology) -> Iterator[Finding]:
    """What a run and its report start on this host besides Python."""
    about = "this host"
    asked = [vantage.name for vantage in topology.vantages if vantage.kind == "ssh"]
    if asked:
        there = shutil.which("ssh") is not None
        yield Finding(
            about=about,
            good=there,
            text="ssh is there" if there else "there is no ssh on the PATH",
            lost="" if there else f"what is asked from {', '.join(asked)}",
        )
    there = allure_cli.installed()
    how = "is there" if there else "would be installed from npm by `python -m tools.report`"
    text = f"Allure {allure_cli.ALLURE}, which makes the report, {how}"
    yield Finding(about=about, good=True, text=text, told=not there)


def look(topology: Topology, kubeconfig: Path | None, *, drills: bool) -> list[Finding]:
    """Everything that a run of a plan needs."""
    found = list(readiness.segments(topology))
    return [*found, *readiness.clusters(topology, kubeconfig, drills=drills)]


def main(arguments: list[str] | None = None) -> int:
    """Look, and say what was found."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.preflight",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    default = Path(os.environ.get("TRUELINE_TOPOLOGY") or home() / "topology.yaml")
    parser.add_argument("--topology", type=Path, default=default, metavar="FILE")
    parser.add_argument("--kubeconfig", type=Path, metavar="FILE")
    parser.add_argument("--disruptive", action="store_true", help="with what drills need")
    parser.add_argument("-v", "--verbose", action="store_true", help="list what is in order too")
    given = parser.parse_args(arguments)
    try:
        topology = load(given.topology)
    except InvalidTopology as error:
        print(error, file=sys.stderr)
        return 2
    held_back = refusal(topology)
    if held_back is not None:
        print(held_back, file=sys.stderr)
        return 2
    size = f"{counted(len(topology.clusters), 'cluster')}, {counted(len(topology.nodes), 'node')}"
    print(f"plan {topology.name}: {size}")
    kubeconfig = given.kubeconfig.resolve() if given.kubeconfig else None
    found = look(topology, kubeconfig, drills=given.disruptive)
    needed = [*programs(topology), *found]
    for line in told(needed, every=given.verbose):
        print(printable(line))
    bad = readiness.missing(needed)
    digest = sha256(given.topology.read_bytes()).hexdigest()
    print(lasted(reports(), digest))
    print("`pytest suites/ --list` says what would run; the plan itself is judged in any case")
    if not any(item.good for item in found):
        print("nothing can be observed from here")
        return 2
    print(f"missing: {counted(len(bad), 'thing')}" if bad else "everything can be observed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(ended(main))
