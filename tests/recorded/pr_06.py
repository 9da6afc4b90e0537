"""PR-06: two agents scrape the same target, and write its samples under the same labels."""

from __future__ import annotations

import json
from typing import Any

from tests.recorded.altering import received, told
from tests.recorded.pr_05 import ARRIVES
from tests.recorded.recording import Recording
from trueline.codec import http
from trueline.compare.facts import Facts
from trueline.model.probe import Answer
from trueline.model.topology import Topology

LATER = 0.61  # seconds after the first agent, which the second one's own seed gives it


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """A second agent of App scrapes what the first one does, at its own moments."""

    def change_one(_: str, name: str, answer: Answer) -> Answer:
        return with_result(answer, _doubled) if name == ARRIVES else answer

    return topology, told(facts, change_one)


def with_result(answer: Answer, to: Any) -> Answer:
    """The answer of Prometheus with another list of series."""
    said = http.answer(answer.last).json
    assert isinstance(said, dict)
    data = {**said["data"], "result": to(said["data"]["result"])}
    return received(answer, 200, json.dumps({**said, "data": data}))


def _doubled(result: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**one, "values": _twice(one["values"])} for one in result]


def _twice(values: list[list[Any]]) -> list[list[Any]]:
    return sorted([*values, *([at + LATER, value] for at, value in values)])


RECORDING = Recording(
    id="PR-06",
    title="two agents write the samples of one target under the same labels",
    source="prometheus#9214",
    documented=(
        "A receiver with an out-of-order window stores the samples of both, so that a query over a "
        "range has two for each scrape; without one it answers the later of them with HTTP 400, "
        "duplicate or out of order."
    ),
    change=change,
    reds=frozenset({"REACH-016"}),
    cause="REACH-016",
)
