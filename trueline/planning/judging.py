"""Every plan check over every subject of a plan: what `suites/plan` judges, as a function."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from typing import Any

from trueline.checks import (
    plan_clusters,
    plan_flows,
    plan_hosts,
    plan_mesh,
    plan_names,
    plan_pools,
    plan_ranges,
    plan_reservations,
    plan_run,
    plan_segments,
)
from trueline.intent.ledger import ledger
from trueline.model.check import Check, Judgement
from trueline.model.subject import SUBJECTS
from trueline.model.topology import Topology
from trueline.report.ruling import Ruling, Standing, rule

_MODULES = (
    plan_clusters,
    plan_flows,
    plan_hosts,
    plan_mesh,
    plan_names,
    plan_pools,
    plan_ranges,
    plan_reservations,
    plan_run,
    plan_segments,
)
# A check calls two clusters a pair; the fixture of the suites says of what.
_FIXTURES = {"pair": "cluster_pair"}


@cache
def plan_checks() -> dict[str, Check]:
    """All checks of the plan, by name."""
    return {
        item.name: item
        for module in _MODULES
        for item in vars(module).values()
        if isinstance(item, Check)
    }


@cache
def parameters(check: Check) -> list[str]:
    """What a check asks for, by the names of the fixtures: its subject, then its evidence."""
    return [_FIXTURES.get(name, name) for name in inspect.signature(check.judge).parameters]


def judgements(
    topology: Topology, today: date, *, only: str | None = None
) -> Iterator[tuple[object, Judgement]]:
    """Each check's judgement of each of its subjects; of one check alone, by its name."""
    evidence: dict[str, Any] = {
        "topology": topology,
        "ledger": ledger(topology),
        "today": today,
    }
    checks = plan_checks()
    for check in checks.values() if only is None else (checks[only],):
        kind, *wanted = parameters(check)
        subjects = [topology] if kind == "topology" else SUBJECTS[kind](topology)
        for subject in subjects:
            yield subject, check(subject, *(evidence[name] for name in wanted))


def rulings(topology: Topology, today: date) -> tuple[Ruling, ...]:
    """Every claim of every plan check with how it stands, as a run on that day would judge."""
    return tuple(
        ruling
        for subject, judgement in judgements(topology, today)
        for ruling in rule(judgement, subject, topology.exemptions, today)
    )


def lines(found: Iterable[Ruling], *standings: Standing) -> tuple[str, ...]:
    """The lines of those that stand so."""
    return tuple(ruling.line for ruling in found if ruling.standing in standings)


def complaints(found: Iterable[Ruling]) -> tuple[str, ...]:
    """The lines of those that make a run red."""
    return lines(found, Standing.FAIL, Standing.UNKNOWN)
