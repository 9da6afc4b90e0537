"""The summary of a run, as JSON with a schema version, as Markdown, and as lines for a terminal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from trueline.report.journal import Entry, Phase
from trueline.report.ruling import Standing

SCHEMA = 1
SHOWN_NOT_RUN = 10


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
    itself went wrong) or `skipped`; `not_run` holds those that were collected and never finished.
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
    deviations: Mapping[str, tuple[str, ...]]


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
) -> Summary:
    """Count what the journal holds and name what was collected but never finished."""
    cells: dict[tuple[str, str], Counter[str]] = {}
    for entry in entries:
        cells.setdefault((entry.area, entry.cluster), Counter())[entry.standing] += 1
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
        deviations={
            standing.value: _lines(entries, standing)
            for standing in (
                Standing.FAIL,
                Standing.UNKNOWN,
                Standing.ADVISORY,
                Standing.EXEMPTED,
            )
        },
    )


def _lines(entries: Iterable[Entry], standing: Standing) -> tuple[str, ...]:
    """The lines of one standing, each once: two tests may make the same claim."""
    found = (entry.line for entry in entries if entry.standing == standing.value)
    return tuple(dict.fromkeys(found))


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
    """What was examined, what was not run, and how long each observation took."""
    lines = [
        f"{_count(summary.claims, 'claim')} examined by {_count(len(summary.tests), 'test')}"
        f" in {summary.seconds:.1f} s"
    ]
    lines += [f"observed {phase.name} in {phase.seconds:.1f} s" for phase in summary.phases]
    if summary.stopped:
        lines.append(f"stopped early: {summary.stopped}")
    if summary.not_run:
        lines.append(f"not run: {_count(len(summary.not_run), 'test')}")
        lines += [f"  {name}" for name in summary.not_run[:SHOWN_NOT_RUN]]
        if len(summary.not_run) > SHOWN_NOT_RUN:
            lines.append(f"  and {len(summary.not_run) - SHOWN_NOT_RUN} more (summary.json)")
    return lines


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
    broken = [name for name, outcome in summary.tests.items() if outcome == "broken"]
    if broken:
        parts.append("\n".join(["## Broken tests", "", *(f"- {name}" for name in broken)]))
    for standing, heading in HEADINGS.items():
        lines = summary.deviations[standing]
        if lines:
            title = heading[:1].upper() + heading[1:]
            parts.append("\n".join([f"## {title}", "", *(f"- {line}" for line in lines)]))
    return "\n\n".join(parts) + "\n"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
