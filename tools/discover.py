"""Draft a topology.yaml from live clusters, each value with its source, to be reviewed.

python -m tools.discover --context a --context b [--kubeconfig FILE] [--output FILE]
python -m tools.discover --run RUN [--output FILE]     from what a stored run observed, offline
python -m tools.discover ... --against PLAN            and say where a plan stands apart from it

Reads the Kubernetes APIs; nothing is created or changed there, and no Secret is read. Then looks
from this host: who answers on the segment (as root), what speaks on the TCP ports of the addresses
that Services hold, and what the authorities of the zones say of their names. --apis-only leaves
that out. What could not be known is written as a comment, `# not known: ...`, and what is guessed
as `# guess: ...`.
Exit status: 0 when everything was read, 1 when something could not be (the rest is written all the
same), 2 when nothing is written.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

from tools import stored
from tools.ending import ended
from trueline.discovery.differences import differences, unmarked
from trueline.discovery.draft import Draft
from trueline.discovery.plan import draft
from trueline.discovery.text import comment, text
from trueline.discovery.told import name_of
from trueline.intent.load import InvalidTopology, load, read
from trueline.model.found import Found
from trueline.model.observation import NOT_LISTED, Unobserved
from trueline.model.settings import SettingsFacts
from trueline.model.topology import Topology
from trueline.observe import discovery
from trueline.observe.store import DamagedStore
from trueline.probes.kube_facets import FORBIDDEN
from trueline.report.summary import counted

HEADER = """\
# yaml-language-server: $schema=docs/topology.schema.json
#
# A draft, made by `python -m tools.discover`. It says what is there, not what was meant: review it.
# Beside each value stands who said so. `guess:` nobody said; `not known:` nothing can tell.
"""
_STORED = "a stored run does not hold it"
_ROLE = "the least role that may read all of it: python -m tools.rbac --discover > discover.yaml"


class NothingFound(Exception):
    """There is nothing to draft from; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found, on which day, and what could not be read, in words."""

    found: Found
    day: date
    missing: tuple[str, ...]


def main(arguments: list[str] | None = None) -> int:
    """Look, and write what was found."""
    given = _parser().parse_args(arguments)
    if given.output and given.output.exists() and not given.force:
        return _refused(f"{given.output} is there already: name another file, or give --force")
    try:
        seen = _stored(given) if given.run else _live(given)
    except (NothingFound, stored.NoRun, DamagedStore, InvalidTopology) as error:
        return _refused(str(error))
    made = draft(seen.found, today=seen.day)
    written = HEADER + text(made)
    try:
        _write(written, given.output)
    except OSError as error:
        if given.output is None:  # whoever reads the output has gone
            raise
        return _refused(f"{given.output} cannot be written: {error.strerror}")
    for line in (*seen.missing, *_summary(made, given.output)):
        print(comment(line), file=sys.stderr)
    try:
        drafted = read(written.encode(), str(given.output or "the draft"))
        told = _apart(drafted, load(given.against), made) if given.against else ()
    except InvalidTopology as error:
        print(error, file=sys.stderr)
        return 1
    for line in told:
        print(comment(line), file=sys.stderr)
    return 1 if seen.missing else 0


def _apart(drafted: Topology, plan: Topology, made: Draft) -> Iterator[str]:
    """Where a plan and the draft differ, and how much of it the draft does not own up to."""
    apart = differences(drafted, plan)
    yield from map(str, apart)
    silent = len(unmarked(apart, made))
    yield f"{counted(len(apart), 'value')} apart from {plan}, {silent} without a mark in the draft"


def _parser() -> argparse.ArgumentParser:
    parser = stored.parser("python -m tools.discover", __doc__)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--context", action="append", metavar="NAME", help="of the kubeconfig; one per cluster"
    )
    source.add_argument("--run", metavar="RUN", help="a stored run: an id, a folder or `latest`")
    parser.add_argument("--kubeconfig", type=Path, metavar="FILE")
    parser.add_argument("--output", type=Path, metavar="FILE", help="default: standard output")
    parser.add_argument("--force", action="store_true", help="replace the file of --output")
    parser.add_argument("--against", type=Path, metavar="PLAN", help="a plan to compare with")
    parser.add_argument(
        "--apis-only", action="store_true", help="ask the Kubernetes APIs and nothing else"
    )
    return parser


def _live(given: argparse.Namespace) -> Look:
    contexts: dict[str, str] = {}
    for context in dict.fromkeys(given.context):
        contexts[name_of(context, contexts)] = context
    found, twins = told_apart(discovery.look(contexts, given.kubeconfig))
    if not given.apis_only:
        found = discovery.look_around(found)
    return _checked(Look(found=found, day=datetime.now(UTC).date(), missing=twins))


def _stored(given: argparse.Namespace) -> Look:
    run = stored.folder(given.run, given.reports)
    plan = stored.plan(run)
    facts = stored.facts(run)
    gap = Unobserved(reason=_STORED, at=0.0, source="nothing", vantage="nowhere")
    settings = SettingsFacts(**{one.name: gap for one in fields(SettingsFacts)})
    contexts = {one.name: one.context for one in plan.clusters if one.name in facts.clusters}
    found = Found(
        contexts=contexts,
        clusters={name: facts.clusters[name] for name in contexts},
        settings=dict.fromkeys(contexts, settings),
    )
    return _checked(Look(found=found, day=stored.day_of(run), missing=()))


def _checked(seen: Look) -> Look:
    """The look with what could not be read. Raises NothingFound when that is everything."""
    missing = (*seen.missing, *unread(seen.found))
    if any(FORBIDDEN in line for line in missing):
        missing = (*missing, _ROLE)
    if not any(
        "seen" in (facts.identity.kind, facts.nodes.kind) for facts in seen.found.clusters.values()
    ):
        raise NothingFound("\n".join((*missing, "nothing is written: no cluster could be read")))
    return replace(seen, missing=missing)


def told_apart(found: Found) -> tuple[Found, tuple[str, ...]]:
    """The clusters without those that are one that came before, and a line for each of these."""
    first: dict[str, str] = {}
    twins: dict[str, str] = {}
    for name, facts in found.clusters.items():
        if facts.identity.kind == "seen":
            uid = facts.identity.value.kube_system_uid
            if uid in first:
                twins[name] = first[uid]
            first.setdefault(uid, name)
    lines = tuple(
        f"context {found.contexts[name]} leads to the same cluster as {found.contexts[other]}: "
        "it is left out"
        for name, other in twins.items()
    )
    left = {name: facts for name, facts in found.clusters.items() if name not in twins}
    contexts = {name: found.contexts[name] for name in left}
    return replace(found, clusters=left, contexts=contexts), lines


def unread(found: Found) -> Iterator[str]:
    """What could not be read, one line for each reason of each cluster."""
    for name, facts in found.clusters.items():
        reasons: dict[str, list[str]] = {}
        for of in (facts, found.settings_of(name)):
            for field in fields(of):
                listed = getattr(of, field.name)
                if isinstance(listed, Unobserved) and not _is_absent(listed):
                    reasons.setdefault(listed.reason, []).append(field.name.replace("_", " "))
        for reason, lists in reasons.items():
            whole = facts.identity.kind == facts.nodes.kind == "gap"
            yield reason if whole else f"cluster {name}: {', '.join(lists)} not read: {reason}"


def _is_absent(listed: Unobserved) -> bool:
    """Whether there is no such list: its operator is not installed, or nobody ever asked."""
    return listed.reason in (_STORED, NOT_LISTED.reason) or " is not installed: " in listed.reason


def _summary(made: Draft, output: Path | None) -> Iterator[str]:
    where = f"{output}: " if output else ""
    gaps, guesses = len(list(made.gaps())), len(list(made.guesses()))
    yield f"{where}{counted(gaps, 'thing')} not known, {guesses} guessed"
    file = output or "FILE"
    yield f"review it, then: .venv/bin/pytest suites/plan --topology {file}"


def _write(written: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(written)
    else:
        output.write_text(written, encoding="utf-8")


def _refused(why: str) -> int:
    for line in why.splitlines():
        print(comment(line), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(ended(main))
