"""All suites in one call: every claim about given facts, without pytest, reports or a network."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import suites
from trueline.compare.facts import Facts
from trueline.diagnose.incidents import Incident, incidents
from trueline.diagnose.ladder import takes
from trueline.diagnose.parts import needs
from trueline.intent.ledger import ledger
from trueline.model.check import Check
from trueline.model.observation import Snapshot
from trueline.model.subject import SUBJECTS
from trueline.model.topology import Topology
from trueline.model.verdict import Verdict
from trueline.report.ruling import Standing, rule

# Drills disturb what they judge, so nothing stored shows them; what is deep is asked on demand.
LEFT_OUT = ("deep", "drills")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One claim as the suites make it, with what root causes are found by."""

    requirement: str
    area: str
    severity: str
    subject: str
    observed: str
    verdict: Verdict
    standing: str
    line: str
    needs: tuple[str, ...]
    takes: tuple[str, ...]


def judge_all(topology: Topology, facts: Facts, today: date, *areas: str) -> list[Said]:
    """Every claim of the suites, of some areas or by default of all but those."""
    given = {
        "topology": topology,
        "ledger": ledger(topology),
        "snapshot": Snapshot(clusters=facts.clusters),
        "wire": facts.wire,
        "answers": facts.answers,
        "today": today,
    }
    said: list[Said] = []
    for area, test, judge in every_test():
        if area in LEFT_OUT or (areas and area not in areas):
            continue
        names = [name for name in inspect.signature(test).parameters if name != "judge"]
        entities = [name for name in names if name in SUBJECTS]
        plain = {name: given[name] for name in names if name not in entities}
        for chosen in product(*(SUBJECTS[name](topology) for name in entities)):
            subject_said = _Collector(judge, area, topology, today)
            test(**plain, **dict(zip(entities, chosen, strict=True)), judge=subject_said)
            said += subject_said.said
    return said


def standing(said: list[Said], how: str) -> Mapping[str, list[str]]:
    """Requirement id -> the claims that stand so (`fail`), as `subject: observed`."""
    found: dict[str, list[str]] = {}
    for one in said:
        if one.standing == how:
            found.setdefault(one.requirement, []).append(f"{one.subject}: {one.observed}")
    return found


def causes(said: list[Said]) -> tuple[Incident, ...]:
    """The incidents that these claims are sorted into."""
    return incidents(
        [one for one in said if one.standing == "fail"],
        [one for one in said if one.standing == "unknown"],
    )


class _Collector:
    """Stands for the fixture `judge` of one test."""

    def __init__(self, check: Check, area: str, topology: Topology, today: date) -> None:
        self.check, self.area, self.topology, self.today = check, area, topology, today
        self.said: list[Said] = []

    def __call__(self, subject: object, *evidence: Any) -> None:
        requirement = self.check.requirement
        rulings = rule(
            self.check(subject, *evidence), subject, self.topology.exemptions, self.today
        )
        bad = any(one.standing in (Standing.FAIL, Standing.UNKNOWN) for one in rulings)
        mine = tuple(sorted(needs(subject, self.topology))) if bad else ()
        for ruling in rulings:
            self.said.append(
                Said(
                    requirement=requirement.id,
                    area=self.area,
                    severity=requirement.severity.value,
                    subject=ruling.claim.subject,
                    observed=ruling.claim.observed,
                    verdict=ruling.claim.verdict,
                    standing=ruling.standing.value,
                    line=ruling.line,
                    needs=mine,
                    takes=takes(requirement.id, subject) if bad else (),
                )
            )


def every_test() -> Iterator[tuple[str, Any, Check]]:
    """(area, test function, its check) of every test of the suites."""
    for path in sorted(Path(suites.__path__[0]).glob("*/test_*.py")):
        area = path.parent.name
        module = importlib.import_module(f"suites.{area}.{path.stem}")
        for _, test in inspect.getmembers(module, inspect.isfunction):
            for mark in getattr(test, "pytestmark", ()):
                if mark.name == "verifies":
                    yield area, test, mark.args[0]
