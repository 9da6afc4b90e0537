"""Inject every fault into the lab, run all suites, and write down what they said of it.

python -m tools.kills [ID ...] [--again | --rejudge]

The lab is brought up if it is not. The healthy lab is judged first: a red there ends it. A row is
written to docs/kill-matrix.json and docs/kill-matrix.md as soon as it is known, so an interrupted
run goes on where it ended: rows that are as they should be, of a fault that has not changed since,
are kept. --again takes all anew, or those that are named. Faults that cannot interact are in force
together, by what each did alone before (named ones with --again alone); where one is not as it was
then, each is tried by itself. Every stored run is judged again without the lab; --rejudge makes the
rows anew from the stored runs alone.
Exit status: 0 when every fault is caught as its file says, 1 otherwise, 2 when there is no answer.
"""

from __future__ import annotations

import argparse
import hashlib
import inspect
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from time import perf_counter

from tools import kill_matrix, lab_run, rejudge, report_history, stored
from tools.ending import heard
from tools.kill_groups import as_alone, groups
from tools.kill_rows import Row
from tools.lab.errors import LabError
from tools.lab.faults import registry
from tools.lab.faults.fault import Fault
from tools.lab.lab import Lab
from tools.lab_run import SuiteRun
from trueline.compare.verdicts import changes
from trueline.report.journal import Entry
from trueline.report.run import RunFolder

REPORTS = lab_run.ROOT / "reports" / "kills"


def fingerprint(fault: Fault) -> str:
    """Of the file that a fault is written in."""
    path = Path(inspect.getfile(fault.inject))
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def due(found: Iterable[Fault], rows: dict[str, Row]) -> list[Fault]:
    """The faults whose row is missing, of another file, or not as it should be."""
    return [
        fault
        for fault in found
        if not (row := rows.get(fault.id)) or not row.good or row.of != fingerprint(fault)
    ]


def row_of(fault: Fault) -> Row:
    """A row before anything was tried."""
    return Row(
        id=fault.id,
        title=fault.title,
        source=fault.source,
        of=fingerprint(fault),
        expected=tuple(sorted(fault.reds)),
        cause=fault.first_cause,
        doubts=tuple(sorted(fault.unknowns)),
        restless=fault.restless,
    )


def judged(fault: Fault, run: SuiteRun, *, replays: bool) -> Row:
    """The row of a fault by what the suites said."""
    reds = {name: len(claims) for name, claims in sorted(run.having("fail").items())}
    area = {claim["requirement"]: str(claim["area"]) for claim in run.claims}
    return replace(
        row_of(fault),
        reds=reds,
        areas=tuple(sorted({area[name] for name in reds})),
        unknowns=tuple(sorted(run.having("unknown"))),
        causes=run.causes,
        told=run.told,
        claims=len(run.claims),
        replays=replays,
    )


def again(folder: Path) -> tuple[SuiteRun, bool]:
    """A stored run judged again without the lab, and whether all stands as it did.

    Raises stored.NoRun.
    """
    made = rejudge.judge(RunFolder(folder), folder.parent)
    before = stored.entries(RunFolder(folder))
    both = changes(before, stored.entries(made))
    # Judged again, all drills are asked for; what the run itself left out is no difference.
    same = all(change.before is None for change in both)
    tests = {entry.test for entry in before}
    run = lab_run.read(made.path, 0, "")
    return replace(run, claims=tuple(one for one in run.claims if one["test"] in tests)), same


def replays(run: SuiteRun) -> bool:
    """Whether a stored run, judged again without the lab, has the same verdicts and causes."""
    try:
        other, same = again(run.folder)
    except stored.NoRun:
        return False
    return same and other.causes == run.causes


def rejudged(fault: Fault, before: Row, folder: Path) -> Row:
    """The row of a fault by its stored run, with the checks and causes of today.

    Raises stored.NoRun. Whether the verdicts still stand is what `replays` says then.
    """
    run, same = again(_stored(folder))
    others = [registry.get(name) for name in before.beside]
    row = judged(fault, _without(run, others), replays=same)
    return replace(row, beside=before.beside, seconds=before.seconds)


def _stored(folder: Path) -> Path:
    """The run that was stored while a fault was in force; `latest` may be one judged again."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        night = None if path.is_symlink() else report_history.night(RunFolder(path))
        if night and night.counts:
            return path
    raise stored.NoRun(f"{folder} holds no run that was stored in the lab")


def _failed(folder: Path, row: Row) -> tuple[Entry, ...]:
    """What failed because of a fault in its stored run; nothing where there is none."""
    try:
        found = stored.entries(RunFolder(_stored(folder)))
    except stored.NoRun:
        return ()
    return tuple(
        one for one in found if one.standing == "fail" and one.requirement in (row.reds or ())
    )


def kill(lab: Lab, fault: Fault, folder: Path) -> Row:
    """Inject a fault, run all suites with their reports below `folder`, clear it.

    A fault that cannot be injected is a trouble of its row.
    """
    (row,) = kill_together(lab, (fault,), folder)
    return row


def kill_together(lab: Lab, group: Sequence[Fault], folder: Path) -> list[Row]:
    """As `kill`, for faults that cannot interact: each has the reds that no other one lists."""
    times = [perf_counter()]
    with ThreadPoolExecutor(1) as pool:
        try:
            try:
                for fault in group:
                    registry.inject(lab, fault)
                    times.append(perf_counter())
                run = lab_run.run_fault(lab, group[0], folder)
                times.append(perf_counter())
                same = pool.submit(replays, run)  # it needs no lab
            finally:
                registry.clear(lab)
        except LabError as error:
            trouble = " ".join(str(error).split())
            return [replace(row_of(fault), trouble=trouble) for fault in group]
        replayed = same.result()
        times.append(perf_counter())
    *injecting, judging, clearing = (after - before for before, after in pairwise(times))
    rows = []
    for fault, seconds in zip(group, injecting, strict=True):
        others = [one for one in group if one is not fault]
        spent = seconds, judging / len(group), clearing / len(group)
        rows.append(
            replace(
                judged(fault, _without(run, others), replays=replayed),
                beside=tuple(one.id for one in others),
                seconds=(round(spent[0], 1), round(spent[1], 1), round(spent[2], 1)),
            )
        )
    return rows


def _without(run: SuiteRun, others: Sequence[Fault]) -> SuiteRun:
    """A run without what other faults list."""
    if not others:
        return run
    apart = frozenset().union(*(fault.reds | fault.unknowns for fault in others))
    return lab_run.read(run.folder, run.code, run.text, apart)


def told(row: Row) -> str:
    """A row in a line for the terminal."""
    if row.trouble:
        return f"not injected: {row.trouble}"
    parts = ["as expected" if row.good else "NOT as expected", f"red {', '.join(row.reds or {})}"]
    parts += [f"missed {', '.join(row.missed)}"] if row.missed else []
    parts += [f"collateral {', '.join(row.collateral)}"] if row.collateral else []
    parts += [f"unknown otherwise {', '.join(row.surprises)}"] if row.surprises else []
    parts += [f"causes {', '.join(row.causes)}"] if row.causes != (row.cause,) else []
    parts += [] if row.replays else ["does not replay"]
    return "; ".join([*parts, f"{sum(row.seconds):.0f} s"])


def healthy(lab: Lab) -> bool:
    """Whether nothing is red or unknown on the lab as it is."""
    run = lab_run.run_suites(lab, REPORTS / "healthy", "suites/", "-q", "-n", "auto")
    for standing in ("fail", "unknown"):
        for name, lines in run.having(standing).items():
            print(f"healthy lab: {standing} {name}: {lines[0]}")
    return run.code == 0


def main(arguments: list[str] | None = None) -> int:
    """Make the matrix, or the rows of it that are due."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.kills",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="these faults alone")
    parser.add_argument("--again", action="store_true", help="take what is known anew as well")
    parser.add_argument(
        "--rejudge", action="store_true", help="make the rows anew from the stored runs, offline"
    )
    given = parser.parse_args(arguments)
    heard()  # the fault in force is cleared
    known = registry.every()
    rows = {name: row for name, row in kill_matrix.load().items() if name in known}
    try:
        found = [registry.get(name) for name in given.ids] or list(known.values())
        if given.rejudge:
            return _offline(found, rows, list(known))
        lab = lab_run.up()
    except (LabError, subprocess.CalledProcessError) as error:
        print(error, file=sys.stderr)
        return 2
    todo = found if given.again or given.ids else due(found, rows)
    print(f"{len(todo)} faults to inject, {len(found) - len(todo)} known already", flush=True)
    if todo and not healthy(lab):
        return 2
    try:
        done = 0
        alone = rows if given.again or not given.ids else {}
        reds = {one.id: _failed(REPORTS / one.id, alone[one.id]) for one in todo if one.id in alone}
        for group in groups(todo, alone, reds):
            for row in _rows(lab, group, rows):
                rows[row.id], done = row, done + 1
                print(f"{done} of {len(todo)}: {row.id} {told(row)}", flush=True)
            kill_matrix.save(rows, [name for name in known if name not in rows])
    except KeyboardInterrupt:
        print("interrupted: what is known is written", flush=True)
        registry.clear_left(lab)  # it came while one was cleared
    return _outcome(rows, known)


def _rows(lab: Lab, group: Sequence[Fault], before: Mapping[str, Row]) -> list[Row]:
    """The rows of faults in force together; of each alone where they were not as they are alone."""
    registry.clear_left(lab)  # one that could not be cleared at once
    folders = [REPORTS / fault.id for fault in group]
    for folder in folders:
        if folder.is_symlink():
            folder.unlink()
        shutil.rmtree(folder, ignore_errors=True)
    made = kill_together(lab, group, folders[0])
    if len(group) == 1:
        return made
    odd = [row for row in made if not as_alone(row, before[row.id])]
    if odd:
        print(f"{' and '.join(fault.id for fault in group)}: each by itself now, because")
        for row in odd:
            claims = f"claims {_counted(row)}, alone {_counted(before[row.id])}"
            print(f"    {row.id} {told(row)}; {claims}", flush=True)
        return [row for fault in group for row in _rows(lab, (fault,), before)]
    for folder in folders[1:]:
        folder.symlink_to(folders[0].name)
    return made


def _counted(row: Row) -> str:
    return ", ".join(f"{name} {count}" for name, count in (row.reds or {}).items()) or "none"


def _offline(found: Sequence[Fault], rows: dict[str, Row], known: list[str]) -> int:
    for fault in found:
        try:
            if fault.id in rows:
                rows[fault.id] = rejudged(fault, rows[fault.id], REPORTS / fault.id)
                kill_matrix.save(rows, [name for name in known if name not in rows])
                print(f"{fault.id} {told(rows[fault.id])}", flush=True)
        except stored.NoRun as error:
            print(f"{fault.id} has no stored run: {error}", flush=True)
    return _outcome(rows, [fault.id for fault in found])


def _outcome(rows: dict[str, Row], wanted: Iterable[str]) -> int:
    print(kill_matrix.figures([rows[name] for name in sorted(rows)]))
    return 0 if all(name in rows and rows[name].good for name in wanted) else 1


if __name__ == "__main__":
    sys.exit(main())
