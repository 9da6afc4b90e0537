"""summary.json as a contract with programs: every field, what it means, and its version.

`SCHEMA` of `trueline.report.summary` grows when a field changes its meaning or goes. A new field
alone leaves it, so who reads must let pass what it does not know, and a field that came later has a
default: a summary of an earlier run does without.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, NonNegativeInt

Standing = Literal["fail", "unknown", "advisory", "exempted", "pass", "not applicable"]
Told = Literal["fail", "unknown", "advisory", "exempted"]
Outcome = Literal["passed", "failed", "unknown", "broken", "skipped"]


class _Form(BaseModel):
    model_config = ConfigDict(strict=True)


class RowForm(_Form):
    """The claims of one area about one cluster."""

    area: str = Field(description="The folder of the suites, as `metallb`.")
    cluster: str = Field(description="A cluster, several joined by `+`, or `-` for none.")
    claims: NonNegativeInt = Field(description="How many claims there are.")
    counts: dict[Standing, NonNegativeInt] = Field(description="The claims by how they stand.")


class PhaseForm(_Form):
    """Something the run waited for."""

    name: str = Field(description="What was observed: `clusters`, `wire`, `answers`, `drills`.")
    seconds: NonNegativeFloat = Field(description="Wall time.")


class IncidentForm(_Form):
    """A root cause, with what follows from it."""

    cause: str = Field(description="The line of the claim that is the cause.")
    requirement: str = Field(description="The id of its requirement.")
    subject: str = Field(description="What it is about.")
    reds: NonNegativeInt = Field(description="How many claims fail because of it, itself included.")
    also: list[str] = Field(description="Lines of what else could be the cause, ranked.")
    look: list[str] = Field(description="Commands that show more.")
    follows: list[str] = Field(description="Requirements that fail because of it, with counts.")
    doubts: list[str] = Field(description="Requirements that could not be told because of it.")
    blocked: list[str] = Field(description="The line of every claim that fails because of it.")
    way: list[str] = Field(
        default=[], description="Steps that lead to the cause, the broken one last."
    )
    mend: list[str] = Field(default=[], description="Commands that usually mend it.")
    says: list[str] = Field(default=[], description="What an HTTP answer means, in sentences.")


class SummaryForm(_Form):
    """One run of trueline at a glance."""

    schema_: Literal[1] = Field(alias="schema", description="The version of this form.")
    run: str = Field(description="The id of the run, which is the name of its folder.")
    topology: str = Field(description="The name of the file of the plan.")
    topology_sha256: str = Field(description="The digest of the plan as it was read.")
    seconds: NonNegativeFloat = Field(description="The wall time of the whole run.")
    workers: NonNegativeInt = Field(description="Processes besides the first; 0 where it ran all.")
    stopped: str | None = Field(description="Why the run ended early, or null.")
    claims: NonNegativeInt = Field(description="How many claims were made.")
    rows: list[RowForm] = Field(description="Counts by area and cluster.")
    phases: list[PhaseForm] = Field(description="What the run observed, and for how long.")
    tests: dict[str, Outcome] = Field(
        description="Each test by its node id: `failed` is a defect, `unknown` a gap, `broken` a "
        "test that went wrong itself, `skipped` one that the plan does not ask for."
    )
    not_run: list[str] = Field(description="Tests that were collected and never finished.")
    broken: list[str] = Field(description="Tests that went wrong, or had nothing to judge.")
    deviations: dict[Told, list[str]] = Field(
        description="The line of every claim that does not pass, by how it stands."
    )
    told: dict[Told, list[str]] = Field(
        description="The same for a reader: one line for all that share one doubt, and what each "
        "is blocked by."
    )
    incidents: list[IncidentForm] = Field(description="The root causes, ranked.")
    gaps: list[str] = Field(
        default=[], description="A line for each reason for which tests had nothing to judge."
    )
    budget: str | None = Field(default=None, description="The time that the run was given.")
    left_out: list[str] = Field(
        default=[], description="Tests that were not chosen, or not begun, because of the budget."
    )
    part: str | None = Field(
        default=None, description="Which shard of a run this is, or of which it was merged."
    )
    unjudged: dict[str, str] = Field(
        default={}, description="The reason of each test that had nothing to judge."
    )
    notes: list[str] = Field(
        default=[], description="What to know of how the run was made, as a lease that it lacked."
    )


def json_schema() -> dict[str, Any]:
    """The JSON Schema of summary.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **SummaryForm.model_json_schema(),
    }
