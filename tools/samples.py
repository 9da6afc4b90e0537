"""Write docs/samples.json: what was really said when a requirement failed, once for each.

python -m tools.samples                 from the stored runs of `make kills`, below reports/kills
python -m tools.samples --kills DIR     from those in another folder

A line is of a fault that was injected into the lab; where none fails the requirement, of a recorded
one (tests/recorded); else of a plan with one thing changed (tests/plan). Nothing is made up: a
requirement that none of these fails has no line.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tools import kill_matrix
from tools.kill_rows import Row
from trueline.planning.judging import plan_checks
from trueline.report.journal import entries_of
from trueline.report.ruling import Standing, rule
from trueline.report.run import LATEST

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "docs" / "samples.json"
KILLS = ROOT / "reports" / "kills"
FAULT, RECORDING, PLAN = "fault", "recording", "plan"


class NoRuns(Exception):
    """Stored runs are missing; the text says which, and how to get them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One line that was said, and what made it: `of` is FAULT, RECORDING or PLAN.

    `id` is that of the fault or recording, empty for a plan; `title` says what was broken.
    """

    requirement: str
    of: str
    id: str
    title: str
    line: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A recorded fault and the requirements that it fails."""

    id: str
    title: str
    reds: tuple[str, ...]


def load(path: Path = RECORD) -> tuple[dict[str, Failure], tuple[Recorded, ...]]:
    """The lines by requirement, and the recorded faults."""
    written = json.loads(path.read_text(encoding="utf-8"))
    failures = (Failure(**row) for row in written["failures"])
    recorded = (Recorded(**{**row, "reds": tuple(row["reds"])}) for row in written["recorded"])
    return {one.requirement: one for one in failures}, tuple(recorded)


def injected(
    rows: Sequence[Row], kills: Path, published: Mapping[str, Failure]
) -> Iterator[Failure]:
    """A line for each requirement that a fault of the lab fails: of a fault that is its cause.

    Where the run of that fault is not kept here, the line that is published of it stays. Raises
    NoRuns where there is neither.
    """
    chosen: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.id):
        for requirement in row.reds or {}:
            other = chosen.get(requirement)
            if other is None or (row.cause == requirement != other.cause):
                chosen[requirement] = row
    for requirement, row in sorted(chosen.items()):
        journal = kills / row.id / LATEST / "journal.jsonl"
        before = published.get(requirement)
        if not journal.exists() and before is not None and before.id == row.id:
            yield before
            continue
        if not journal.exists():
            raise NoRuns(f"there is no {journal}: `make kills` makes it")
        lines = [
            entry.line
            for entry in entries_of(journal)
            if entry.requirement == requirement and entry.standing == Standing.FAIL.value
        ]
        if not lines:
            raise NoRuns(f"{journal} holds no failure of {requirement}, which the matrix names")
        yield Failure(requirement=requirement, of=FAULT, id=row.id, title=row.title, line=lines[0])


def recorded(wanted: set[str]) -> Iterator[Failure]:
    """A line for each of these requirements that a recorded fault fails."""
    from tests.judging import judge_all
    from tests.recorded import base
    from tests.recorded.registry import every

    left = set(wanted)
    for recording in every().values():
        mine = left & recording.reds
        if not mine:
            continue
        said = judge_all(*recording.change(base.topology(), base.facts()), base.day())
        for requirement in sorted(mine):
            line = next(
                one.line
                for one in said
                if one.requirement == requirement and one.standing == Standing.FAIL.value
            )
            yield Failure(
                requirement=requirement,
                of=RECORDING,
                id=recording.id,
                title=recording.title,
                line=line,
            )
        left -= mine


def planned() -> Iterator[Failure]:
    """A line for each requirement on plans, of the first row of the tests that fails it."""
    from tests.plan.judging import judgements
    from tests.worlds import TODAY, world

    told: set[str] = set()
    for path in sorted((ROOT / "tests" / "plan").glob("rows_*.py")):
        module = importlib.import_module(f"tests.plan.{path.stem}")
        for row in getattr(module, "ROWS", ()):
            requirement = plan_checks()[row.check].requirement.id
            if requirement in told:
                continue
            known, lines = (
                [
                    ruling.line
                    for subject, judgement in judgements(plan, only=row.check)
                    for ruling in rule(judgement, subject, (), TODAY)
                    if ruling.standing in (Standing.FAIL, Standing.ADVISORY)
                ]
                for plan in (world(), row.topology)
            )
            new = [line for line in lines if line not in known]
            if new:
                told.add(requirement)
                yield Failure(requirement=requirement, of=PLAN, id="", title=row.label, line=new[0])


def recordings() -> Iterator[Recorded]:
    """The recorded faults; what only looks like a fault fails nothing and is left out."""
    from tests.recorded.registry import every

    for one in every().values():
        if one.reds:
            yield Recorded(id=one.id, title=one.title, reds=tuple(sorted(one.reds)))


def gathered(kills: Path) -> Mapping[str, Failure]:
    """The lines by requirement. Raises NoRuns."""
    found = {one.requirement: one for one in planned()}
    published = load()[0] if RECORD.exists() else {}
    rows = [*kill_matrix.load().values()]
    live = {one.requirement: one for one in injected(rows, kills, published)}
    reds = {requirement for one in recordings() for requirement in one.reds}
    found |= {one.requirement: one for one in recorded(reds - {*live, *found})}
    return dict(sorted((found | live).items()))


def main(arguments: list[str] | None = None) -> int:
    """Write the file; 1 when a stored run is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.samples",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--kills", type=Path, default=KILLS, help="default: reports/kills")
    given = parser.parse_args(arguments)
    try:
        found = gathered(given.kills)
    except NoRuns as error:
        print(error, file=sys.stderr)
        return 1
    written = {
        "schema": 1,
        "failures": [asdict(one) for one in found.values()],
        "recorded": [asdict(one) for one in recordings()],
    }
    RECORD.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(found)} requirements have a line of their own")
    return 0


if __name__ == "__main__":
    sys.exit(main())
