"""The summary of a run, as JSON with a schema version, as Markdown, and as lines for a terminal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from trueline.diagnose.telling import Told, blocked, lines
from trueline.model.verdict import Verdict
from trueline.report.journal import Entry, Phase
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
    doubt and with what a red is blocked by. `incidents` are the causes, ranked.
    `seconds` is the wall time of the whole run. `stopped` says why the run ended early, or is None.
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
) -> Summary:
    """Count what the journal holds and name what was collected but never finished.

    `gaps` has the reason by test for those that had nothing to judge, as an observation failed;
    `unneeded` a line for each exemption that hides nothing.
    """
    below = blocked(incidents)
    cells: dict[tuple[str, str], Counter[str]] = {}
    for entry in entries:
        cells.setdefault((entry.area, entry.cluster), Counter())[entry.standing] += 1
    judged = {entry.test for entry in entries}
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
        not_run=tuple(sorted(set(collected) - set(outcomes))),
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
            + _unseen(gaps or {}, name)
            + _defects(unneeded, name)
            for name in HEADINGS
        },
        incidents=tuple(incidents),
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


def _unseen(gaps: Mapping[str, str], standing: str) -> tuple[str, ...]:
    """One line for each reason for which tests had nothing to judge."""
    if standing != Standing.UNKNOWN.value:
        return ()
    counts = Counter(gaps.values())
    return tuple(f"{why}: {_count(number, 'test')} in doubt." for why, number in counts.items())


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
        [row.area, row.cluster, str(row.claims), *(str(row.counts.get(name, 0)) for name in shown)]
        for row in summary.rows
    ]
    lines.append(["total", "", str(summary.claims), *(str(total[name]) for name in shown)])
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return [
        "  ".join(
            cell.ljust(width) if column < 2 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]


_COLUMNS = ("pass", "unknown", "fail", "advisory", "exempted", "not applicable")


def closing(summary: Summary) -> list[str]:
    """What was examined, what was not run or not judged, how long each observation took."""
    told = [
        f"{_count(summary.examined, 'claim')} examined by {_count(len(summary.tests), 'test')}"
        f" in {summary.seconds:.1f} s"
    ]
    told += [f"observed {phase.name} in {phase.seconds:.1f} s" for phase in summary.phases]
    if summary.stopped:
        told.append(f"stopped early: {summary.stopped}")
    told += _listed("not run", summary.not_run)
    told += _listed("broken or nothing to judge", summary.broken)
    return told


def _listed(what: str, tests: Sequence[str]) -> list[str]:
    """How many tests, and the first of their names."""
    if not tests:
        return []
    lines = [f"{what}: {_count(len(tests), 'test')}", *(f"  {name}" for name in tests[:SHOWN])]
    more = len(tests) - SHOWN
    return [*lines, f"  and {more} more (summary.json)"] if more > 0 else lines


HEADINGS = {
    Standing.FAIL.value: "does not conform",
    Standing.UNKNOWN.value: "could not tell",
    Standing.ADVISORY.value: "advice",
    Standing.EXEMPTED.value: "exempted",
}


def as_markdown(summary: Summary) -> str:
    """The summary for people."""
    parts = [
        f"# Run {summary.run}",
        f"Plan `{summary.topology}` (sha256 {summary.topology_sha256[:12]})",
        "\n".join(["```", *table(summary), "```"]),
        "\n".join(f"- {line.strip()}" for line in closing(summary)),
    ]
    if summary.incidents:
        parts.insert(1, "\n".join(["## Root causes", "", *_as_list(lines(summary.incidents))]))
    for standing, heading in HEADINGS.items():
        told = summary.told[standing]
        if told:
            title = heading[:1].upper() + heading[1:]
            parts.append("\n".join([f"## {title}", "", *(f"- {line}" for line in told)]))
    return "\n\n".join(parts) + "\n"


def _as_list(told: Iterable[str]) -> Iterable[str]:
    """Causes as items, what is said of each as items below it."""
    return (f"  - {line.strip()}" if line.startswith(" ") else f"- {line}" for line in told)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
