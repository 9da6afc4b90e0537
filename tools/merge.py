"""Put the shards of one run together into a run of its own.

python -m tools.merge RUN... [--run ID] [--partial] [--within SECONDS]     ids or folders

The shards were made by `pytest suites/ --shard I/N --run ID`; the run that is made is called ID.
Its causes are sought over the claims of all shards. Shards of another plan, another run or another
number, and shards that are missing or given twice, are refused, all at once. With --partial, those
that are missing are named, and their tests are not told. With --within, shards that have not ended
are waited for. Exit status: as that of a run; 4 when the shards cannot be merged.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic_core import from_json

from fixtures.closing import Ended, close, unneeded, write
from fixtures.reporting import COULD_NOT_TELL, ONLY_ADVICE
from tools import merge_facts, merge_results, stored
from tools.ending import ended
from trueline.diagnose.telling import lines as causes
from trueline.intent.load import read
from trueline.model.printable import printable
from trueline.observe.clock import SYSTEM, Clock
from trueline.observe.settle import settle
from trueline.observe.store import DamagedStore
from trueline.report import summary
from trueline.report.journal import Entry, Phase, gather
from trueline.report.run import RunFolder, Taken, checked_id
from trueline.report.shard import Shard, Share, contradictions, load, missing
from trueline.report.summary_form import SummaryForm

LOOK_AGAIN = 2.0  # seconds between two looks for shards that have not ended
_ADVICE = ("advisory", "exempted")


class NoMerge(Exception):
    """The shards cannot be merged; the text has a line for every reason."""


class NotEnded(NoMerge):
    """A folder holds no run that has come to its end, or nothing."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One shard that has ended: its folder, its share of the tests, and what it wrote of itself."""

    folder: RunFolder
    share: Share
    record: dict[str, Any]
    closed: dict[str, Any]

    @property
    def plan(self) -> str:
        """The SHA-256 of its plan."""
        return hashlib.sha256(self.folder.plan.read_bytes()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Gone:
    """A shard that is missing, and the tests that fell to it."""

    shard: Shard
    tests: tuple[str, ...]


def main(arguments: list[str] | None = None, clock: Clock = SYSTEM) -> int:
    """Merge, and say what the whole comes to."""
    given = _parser().parse_args(arguments)
    folders = [RunFolder.named(run, given.reports) for run in given.runs]
    settle(
        lambda: [folder for folder in folders if not _has_ended(folder)],
        lambda waiting: not waiting,
        within=given.within,
        every=LOOK_AGAIN,
        clock=clock,
        overtime=0.0,
    )
    try:
        parts, gone = together(folders, partial=given.partial)
        name = checked_id(given.run or parts[0].share.run)
        target = RunFolder.create(given.reports, name)
        told, status = merged(parts, gone, target, fail_on_advice=given.fail_on_advice)
    except (NoMerge, Taken, ValueError, DamagedStore, OSError) as error:
        print(error, file=sys.stderr)
        return int(pytest.ExitCode.USAGE_ERROR)
    for line in _lines(told):
        print(printable(line))
    print(f"report: {target.path}")
    return status


def _parser() -> argparse.ArgumentParser:
    parser = stored.parser("python -m tools.merge", __doc__)
    parser.add_argument("runs", nargs="+", metavar="RUN", help="run id or folder of a shard")
    parser.add_argument("--run", metavar="ID", help="the id of the run that is made")
    parser.add_argument("--partial", action="store_true", help="merge although shards are missing")
    parser.add_argument(
        "--within", type=float, default=0.0, metavar="SECONDS", help="wait for shards to end"
    )
    parser.add_argument(
        "--fail-on-advice", action="store_true", help="as the option of pytest of that name"
    )
    return parser


def _has_ended(folder: RunFolder) -> bool:
    try:
        from_json(folder.summary_json.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True


# --- what belongs together ------------------------------------------------------------------------


def together(
    folders: Sequence[RunFolder], *, partial: bool
) -> tuple[tuple[Part, ...], tuple[Gone, ...]]:
    """The shards in their order, and those that are missing. Raises NoMerge with every reason."""
    reasons: list[str] = []
    parts: list[Part] = []
    for folder in folders:
        try:
            parts.append(_part(folder))
        except NotEnded as error:
            if not partial:
                reasons.append(str(error))
        except NoMerge as error:
            reasons.append(str(error))
    shares = [(part.folder.id, part.share) for part in parts]
    reasons += contradictions(shares)
    plans: dict[str, list[str]] = {}
    for part in parts:
        plans.setdefault(part.plan, []).append(part.folder.id)
    if len(plans) > 1:
        named = "; ".join(f"{plan[:12]} in {', '.join(names)}" for plan, names in plans.items())
        reasons.append(f"these are shards of different plans (sha256): {named}")
    if not parts and not reasons:
        reasons.append("none of these shards has ended")
    gone = missing([part.share for part in parts]) if parts else ()
    if gone and not partial:
        run = parts[0].share.run
        reasons += [
            f"{shard} of run {run} is missing: give its folder, or --partial to do without it"
            for shard in gone
        ]
    if reasons:
        raise NoMerge("\n".join(dict.fromkeys(reasons)))
    tests = parts[0].share.tests
    ordered = sorted(parts, key=lambda part: part.share.shard.number)
    return tuple(ordered), tuple(Gone(shard=shard, tests=tests[shard.number - 1]) for shard in gone)


def _part(folder: RunFolder) -> Part:
    """One shard. Raises NoMerge."""
    try:
        stored.folder(str(folder.path), folder.path.parent)
        record = from_json(folder.record.read_text(encoding="utf-8"))
        told = from_json(folder.summary_json.read_text(encoding="utf-8"))
        SummaryForm.model_validate(told)
    except stored.NoRun as error:
        raise NotEnded(str(error)) from error
    except (OSError, ValueError) as error:
        said = " ".join(str(error).split())[:200]
        raise NotEnded(f"{folder.path} holds no run that has ended: {said}") from error
    if not folder.shard.exists():
        raise NoMerge(f"{folder.path} is no shard: it was run without --shard")
    try:
        share = load(folder.shard.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise NoMerge(f"{folder.shard} cannot be read: {error}") from error
    return Part(folder=folder, share=share, record=record, closed=told)


# --- the whole ------------------------------------------------------------------------------------


def merged(
    parts: Sequence[Part], gone: Sequence[Gone], target: RunFolder, *, fail_on_advice: bool
) -> tuple[summary.Summary, int]:
    """Write the run that all shards together are; its summary and the exit status."""
    folders = {part.share.shard.number: part.folder for part in parts}
    first = parts[0]
    data = first.folder.plan.read_bytes()
    target.plan.write_bytes(data)
    target.record.write_text(json.dumps(_record(parts, gone), indent=2) + "\n", encoding="utf-8")
    merge_facts.write(list(folders.values()), target)
    merge_results.journals(folders, target)
    merge_results.junit(folders, {one.shard.number: one.tests for one in gone}, target)
    merge_results.allure(list(folders.values()), target)
    entries, phases = gather(target.journals)
    plan = read(data, first.record["file"])
    ended = _ended(parts, gone)
    closing = close(target, plan, entries, _longest(phases), ended)
    write(target, closing)
    target.point_latest()
    told = closing.summary
    return told, _status(told, entries, unneeded(plan, entries, ended), fail_on_advice)


def _record(parts: Sequence[Part], gone: Sequence[Gone]) -> dict[str, Any]:
    """What a run writes down of itself: of the shard that began first, and of which it was made."""
    first = min(parts, key=lambda part: str(part.record["began"]))
    again = any(part.record["facts_of"] is not None for part in parts)
    narrowed = first.record.get("narrowed_by")
    if narrowed is not None:
        narrowed = [one for one in narrowed if not one.startswith("--shard")]
        narrowed += [f"{one.shard} is missing" for one in gone]
    return {
        **first.record,
        "narrowed_by": narrowed,
        "facts_of": parts[0].share.run if again else None,
        "merged_from": [part.folder.id for part in parts],
    }


def _ended(parts: Sequence[Part], gone: Sequence[Gone]) -> Ended:
    told = [part.closed for part in parts]
    run, of = parts[0].share.run, parts[0].share.shard.of
    stopped = [
        f"{part.share.shard}: {part.closed['stopped']}" for part in parts if part.closed["stopped"]
    ]
    stopped += [f"{one.shard} is missing" for one in gone]
    lost = {name: f"{one.shard} of run {run} is missing" for one in gone for name in one.tests}
    names = ", ".join(part.folder.id for part in parts)
    return Ended(
        topology=told[0]["topology"],
        topology_sha256=told[0]["topology_sha256"],
        seconds=max(float(one["seconds"]) for one in told),
        workers=sum(int(one["workers"]) for one in told),
        stopped="; ".join(stopped) or None,
        collected=[name for part in parts[0].share.tests for name in part],
        outcomes={name: how for one in told for name, how in one["tests"].items()},
        gaps=lost | {name: why for one in told for name, why in one["unjudged"].items()},
        whole=not gone,
        part=f"merged from {len(parts)} of {of} shards: {names}",
        notes=tuple(dict.fromkeys(note for one in told for note in one["notes"])),
    )


def _longest(phases: Sequence[Phase]) -> list[Phase]:
    """Each observation once, by the shard that waited longest: they went on side by side."""
    found: dict[str, float] = {}
    for phase in phases:
        found[phase.name] = max(phase.seconds, found.get(phase.name, 0.0))
    return [Phase(name=name, seconds=seconds) for name, seconds in found.items()]


def _status(
    told: summary.Summary,
    entries: Sequence[Entry],
    needless: Sequence[str],
    fail_on_advice: bool,
) -> int:
    """As a run's: what fails before what is in doubt, and that before advice."""
    outcomes = set(told.tests.values())
    if outcomes & {"failed", "broken"} or needless:
        return int(pytest.ExitCode.TESTS_FAILED)
    if "unknown" in outcomes or told.not_run:
        return COULD_NOT_TELL
    advised = any(entry.standing in _ADVICE for entry in entries)
    return ONLY_ADVICE if advised and fail_on_advice else int(pytest.ExitCode.OK)


def _lines(told: summary.Summary) -> Iterator[str]:
    if told.incidents:
        yield "== root causes"
        yield from causes(told.incidents)
    for standing, heading in summary.HEADINGS.items():
        if told.told[standing]:
            yield f"== {heading}"
            yield from told.told[standing]
    yield "== verdicts"
    yield from summary.table(told)
    yield from summary.closing(told)


if __name__ == "__main__":
    sys.exit(ended(main))
