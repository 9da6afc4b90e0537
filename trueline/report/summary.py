"""The summary of a run, as JSON with a schema version and as lines for a terminal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from trueline.diagnose.telling import Told, blocked
from trueline.model.printable import printable
from trueline.model.verdict import Verdict
from trueline.report.journal import Entry, Phase, area_of
from trueline.report.ruling import Standing

SCHEMA = 1
SHOWN = 10  # names of tests in a list for people
MOST_ALIKE = 3  # claims in doubt for one reason are told one by one up to this number


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The claims of one area about one cluster, counted by how they stand."""

    area: str
    cluster: str
    claims: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One run at a glance.

    `tests` maps a node id to `passed`, `failed` (a defect), `unknown` (a gap), `broken` (the test
    itself went wrong) or `skipped`; `not_run` holds those that were collected and never finished,
    `broken` those that went wrong or had nothing to judge. `deviations` has the line of every bad
    claim by how it stands; `told` is the same for a reader, with one line for all that share one
    doubt and with what a red is blocked by. `incidents` are the causes, ranked. `gaps` has a line
    for each reason for which tests had nothing to judge.
    `seconds` is the wall time of the whole run. `stopped` says why the run ended early, or is None.
    `budget` is the time that the run was given, or None, and `left_out` those of `not_run` that
    were not even chosen, or not begun, because of it.
    `part` says which shard of a run this is, or of which it was merged; `unjudged` the reason by
    test for those that had nothing to judge; `notes` what a reader should know of how the run was
    made.
    """

    run: str
    topology: str
    topology_sha256: str
    seconds: float
    workers: int
    stopped: str | None
    claims: int
    rows: tuple[Row, ...]
    phases: tuple[Phase, ...]
    tests: Mapping[str, str]
    not_run: tuple[str, ...]
    broken: tuple[str, ...]
    deviations: Mapping[str, tuple[str, ...]]
    told: Mapping[str, tuple[str, ...]]
    incidents: tuple[Told, ...] = ()
    gaps: tuple[str, ...] = ()
    budget: str | None = None
    left_out: tuple[str, ...] = ()
    part: str | None = None
    unjudged: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def examined(self) -> int:
        """The claims that came to a verdict: neither in doubt nor beyond what the plan asks."""
        return sum(
            count
            for row in self.rows
            for standing, count in row.counts.items()
            if standing not in ("unknown", "not applicable")
        )


def summarize(
    entries: Sequence[Entry],
    phases: Iterable[Phase],
    *,
    run: str,
    topology: str,
    topology_sha256: str,
    seconds: float,
    workers: int,
    stopped: str | None,
    collected: Iterable[str],
    outcomes: Mapping[str, str],
    gaps: Mapping[str, str] | None = None,
    unneeded: Sequence[str] = (),
    incidents: Sequence[Told] = (),
    budget: str | None = None,
    left_out: Iterable[str] = (),
    part: str | None = None,
    notes: Sequence[str] = (),
) -> Summary:
    """Count what the journal holds and name what was collected but never finished.

    `left_out` are those that were not chosen because of the `budget`. A run with a budget that was
    not stopped otherwise begins no test any more when it is used up: these are left out as well.

    `gaps` has the reason by test for those that had nothing to judge, as an observation failed;
    `unneeded` a line for each exemption that hides nothing.
    """
    below = blocked(incidents)
    cells: dict[tuple[str, str], Counter[str]] = {}
    for entry in entries:
        cells.setdefault((entry.area, entry.cluster), Counter())[entry.standing] += 1
    judged = {entry.test for entry in entries}
    unchosen = set(left_out)
    not_run = (set(collected) | unchosen) - set(outcomes)
    missed = not_run if budget and stopped is None else unchosen
    return Summary(
        run=run,
        topology=topology,
        topology_sha256=topology_sha256,
        seconds=round(seconds, 3),
        workers=workers,
        stopped=stopped,
        claims=len(entries),
        rows=tuple(
            Row(area=area, cluster=cluster, claims=counts.total(), counts=dict(counts))
            for (area, cluster), counts in sorted(cells.items())
        ),
        phases=tuple(phases),
        tests=dict(sorted(outcomes.items())),
        not_run=tuple(sorted(not_run)),
        broken=tuple(
            sorted(
                test
                for test, outcome in outcomes.items()
                if outcome == "broken" or (outcome == "unknown" and test not in judged)
            )
        ),
        deviations={name: _lines(entries, name) + _defects(unneeded, name) for name in HEADINGS},
        told={
            name: tuple(below.get(line, line) for line in _told(entries, name))
            + (_unseen(gaps or {}) if name == Standing.UNKNOWN.value else ())
            + _defects(unneeded, name)
            for name in HEADINGS
        },
        incidents=tuple(incidents),
        gaps=_unseen(gaps or {}),
        budget=budget,
        left_out=tuple(sorted(missed)),
        part=part,
        unjudged=dict(gaps or {}),
        notes=tuple(notes),
    )


def _defects(lines: Sequence[str], standing: str) -> tuple[str, ...]:
    """Defects of the run as a whole, where defects are told."""
    return tuple(lines) if standing == Standing.FAIL.value else ()


def _lines(entries: Iterable[Entry], standing: str) -> tuple[str, ...]:
    """The lines of one standing, each once: two tests may make the same claim."""
    return tuple(dict.fromkeys(entry.line for entry in entries if entry.standing == standing))


def _told(entries: Iterable[Entry], standing: str) -> tuple[str, ...]:
    """The lines of one standing, and one for all claims that are in doubt for one reason.

    A cluster that does not answer leaves a hundred claims in doubt, and is told of once.
    """
    mine = {entry.line: entry for entry in entries if entry.standing == standing}
    alike: dict[str, list[Entry]] = {}
    for entry in mine.values():
        if entry.verdict == Verdict.UNKNOWN.value:
            alike.setdefault(entry.observed, []).append(entry)
    shared = {
        entry.line: _shared(reason, found)
        for reason, found in alike.items()
        if len(found) > MOST_ALIKE
        for entry in found
    }
    return tuple(dict.fromkeys(shared.get(line, line) for line in mine))


def _shared(reason: str, entries: Sequence[Entry]) -> str:
    counts = Counter(entry.requirement for entry in entries)
    names = (f"{name} ({count})" if count > 1 else name for name, count in counts.items())
    text = " ".join(reason.split()).rstrip(".")
    return f"{text}: {len(entries)} claims in doubt (journal.jsonl has each): {', '.join(names)}."


def _unseen(gaps: Mapping[str, str]) -> tuple[str, ...]:
    """One line for each reason for which tests had nothing to judge."""
    counts = Counter(gaps.values())
    return tuple(f"{why}: {counted(number, 'test')} in doubt." for why, number in counts.items())


def as_json(summary: Summary) -> str:
    """The summary for programs; `schema` grows when a field changes its meaning."""
    return json.dumps({"schema": SCHEMA, **asdict(summary)}, indent=2, ensure_ascii=False) + "\n"


def table(summary: Summary) -> list[str]:
    """Counts of claims by area and cluster, aligned; columns without any claim are left out."""
    shown = [
        standing.value
        for standing in Standing
        if standing in (Standing.PASS, Standing.UNKNOWN, Standing.FAIL, Standing.ADVISORY)
        or any(standing.value in row.counts for row in summary.rows)
    ]
    shown.sort(key=_COLUMNS.index)
    total: Counter[str] = Counter()
    for row in summary.rows:
        total.update(row.counts)
    lines = [["area", "cluster", "claims", *shown]]
    lines += [
        [
            printable(row.area),
            printable(row.cluster),
            str(row.claims),
            *(str(row.counts.get(name, 0)) for name in shown),
        ]
        for row in summary.rows
    ]
    lines.append(["total", "", str(summary.claims), *(str(total[name]) for name in shown)])
    return aligned(lines, names=2)


def aligned(rows: Sequence[Sequence[str]], *, names: int) -> list[str]:
    """Rows of one length as lines: the first columns are `names`, all others numbers."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column < names else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


_COLUMNS = ("pass", "unknown", "fail", "advisory", "exempted", "not applicable")


def closing(summary: Summary) -> list[str]:
    """What was examined, what was not run or not judged, how long each observation took."""
    told = [
        f"{counted(summary.examined, 'claim')} examined by {counted(len(summary.tests), 'test')}"
        f" in {summary.seconds:.1f} s"
    ]
    told += [] if summary.part is None else [summary.part]
    told += [f"observed {phase.name} in {phase.seconds:.1f} s" for phase in summary.phases]
    told += [f"note: {note}" for note in summary.notes]
    if summary.stopped:
        told.append(f"stopped early: {summary.stopped}")
    if summary.budget and summary.left_out:
        told.append(left_out(summary.budget, summary.left_out))
    told += _listed("not run", sorted(set(summary.not_run) - set(summary.left_out)))
    told += _listed("broken or nothing to judge", summary.broken)
    return told


def left_out(budget: str, tests: Iterable[str]) -> str:
    """What a budget leaves out, by area."""
    areas = Counter(map(area_of, tests))
    shown = ", ".join(f"{area} {count}" for area, count in sorted(areas.items()))
    return f"left out by --budget {budget}: {counted(areas.total(), 'test')} ({shown})"


def _listed(what: str, tests: Sequence[str]) -> list[str]:
    """How many tests, and the first of their names."""
    if not tests:
        return []
    lines = [f"{what}: {counted(len(tests), 'test')}", *(f"  {name}" for name in tests[:SHOWN])]
    more = len(tests) - SHOWN
    return [*lines, f"  and {more} more (summary.json)"] if more > 0 else lines


HEADINGS = {
    Standing.FAIL.value: "does not conform",
    Standing.UNKNOWN.value: "could not tell",
    Standing.ADVISORY.value: "advice",
    Standing.EXEMPTED.value: "exempted",
}


def counted(number: int, noun: str) -> str:
    """A number of things in words: `1 claim`, `2 claims`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
