"""The verdicts of a run as Prometheus metrics, in the text format that node_exporter collects.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/ (text, version 0.0.4).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from trueline.compare.verdicts import worst
from trueline.model.printable import printable
from trueline.model.requirement import Requirement
from trueline.model.topology import Exemption
from trueline.report.closed import Closed
from trueline.report.journal import NO_CLUSTER, Entry
from trueline.report.ruling import Standing

MOST_CLUSTERS = 60
"""Values of the label `cluster`, pairs included; the claims of all others are `other`."""

NOT_JUDGED = "not judged"
STATES = (*(standing.value for standing in Standing), NOT_JUDGED)
OUTCOMES = ("passed", "failed", "unknown", "broken", "skipped", "not run")


@dataclass(frozen=True, slots=True)
class Family:
    """One metric with its samples; all are gauges, because a run is a state and not a count."""

    name: str
    help: str
    samples: Sequence[tuple[Mapping[str, str], float]]

    def lines(self) -> Iterator[str]:
        """Its lines; of a metric without samples none, because a bare TYPE says nothing."""
        if not self.samples:
            return
        yield f"# HELP {self.name} {_help(self.help)}"
        yield f"# TYPE {self.name} gauge"
        for labels, value in self.samples:
            pairs = ",".join(f'{name}="{_label(text)}"' for name, text in labels.items())
            yield f"{self.name}{{{pairs}}} {_number(value)}"


def text(run: Closed, exemptions: Sequence[Exemption], catalogue: Iterable[Requirement]) -> str:
    """All metrics of a run. Every sample has the plan as a label, so that plans stand beside."""
    plan = {"plan": run.plan}
    told = families(run, exemptions, catalogue)
    made = (
        Family(one.name, one.help, [({**plan, **labels}, value) for labels, value in one.samples])
        for one in told
    )
    return "".join(f"{line}\n" for family in made for line in family.lines())


def families(
    run: Closed, exemptions: Sequence[Exemption], catalogue: Iterable[Requirement]
) -> Iterator[Family]:
    """The metrics of a run, without the label of its plan."""
    whole = not run.stopped and not run.not_run and run.narrowed_by == ()
    info = {
        "run": run.run,
        "topology_sha256": run.topology_sha256[:12],
        "release": run.release or "unknown",
    }
    yield Family("trueline_run_info", "Which run the metrics are of; always 1.", [(info, 1)])
    began = run.began.timestamp()
    yield Family("trueline_run_timestamp_seconds", "When the run began.", [({}, began)])
    yield Family("trueline_run_duration_seconds", "How long the run took.", [({}, run.seconds)])
    yield Family(
        "trueline_run_whole",
        "1 when all suites were selected and every test was run, else 0.",
        [({}, float(whole))],
    )
    yield Family("trueline_claims", "Claims of the run by how they stand.", _claims(run.entries))
    yield Family(
        "trueline_requirement_state",
        "1 for the worst state in which the run saw a requirement, 0 for the others.",
        _states(run.entries, catalogue),
    )
    outcomes = Counter(run.tests.values())
    outcomes["not run"] = len(run.not_run)
    yield Family(
        "trueline_tests",
        "Tests of the run by how they ended.",
        [({"outcome": name}, outcomes[name]) for name in OUTCOMES],
    )
    causes = len(run.causes)
    yield Family("trueline_root_causes", "Root causes of what fails.", [({}, causes)])
    yield Family(
        "trueline_exceptions",
        "Exemptions of the plan: in force or expired on the day of the run.",
        [
            ({"state": "in force"}, sum(run.day <= one.expires for one in exemptions)),
            ({"state": "expired"}, sum(run.day > one.expires for one in exemptions)),
        ],
    )
    ends = [_end(one) for one in exemptions if run.day <= one.expires]
    yield Family(
        "trueline_exception_expiry_timestamp_seconds",
        "When the first of the exemptions in force ends.",
        [({}, min(ends))] if ends else (),
    )


def _claims(entries: Sequence[Entry]) -> list[tuple[dict[str, str], float]]:
    """Counts; a combination that has claims at all has a sample for every standing."""
    kept = _kept({entry.cluster for entry in entries})
    counts: dict[tuple[str, str, str], Counter[str]] = {}
    for entry in entries:
        cluster = entry.cluster if entry.cluster in kept else "other"
        cell = counts.setdefault((entry.area, cluster, entry.severity), Counter())
        cell[entry.standing] += 1
    return [
        (
            {"area": area, "cluster": cluster, "severity": severity, "standing": standing.value},
            cell[standing.value],
        )
        for (area, cluster, severity), cell in sorted(counts.items())
        for standing in Standing
    ]


def _kept(clusters: Iterable[str]) -> frozenset[str]:
    """The clusters with a label of their own: single ones before pairs, by name."""
    ranked = sorted(clusters, key=lambda name: (name != NO_CLUSTER, name.count("+"), name))
    return frozenset(ranked[:MOST_CLUSTERS])


def _states(
    entries: Sequence[Entry], catalogue: Iterable[Requirement]
) -> list[tuple[dict[str, str], float]]:
    """Every requirement in all states: those of the catalogue, and of suites of one's own."""
    severities = {item.id: item.severity.value for item in catalogue}
    severities |= {entry.requirement: entry.severity for entry in entries}
    found: dict[str, list[str]] = {name: [] for name in severities}
    for entry in entries:
        found[entry.requirement].append(entry.standing)
    return [
        (
            {"requirement": name, "severity": severity, "state": state},
            float(state == (worst(found[name]) or NOT_JUDGED)),
        )
        for name, severity in sorted(severities.items())
        for state in STATES
    ]


def _end(exemption: Exemption) -> float:
    """The end of its last day, UTC."""
    return datetime.combine(exemption.expires + timedelta(days=1), time(), UTC).timestamp()


def _label(text: str) -> str:
    return printable(text).replace("\\", r"\\").replace('"', r"\"")


def _help(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
