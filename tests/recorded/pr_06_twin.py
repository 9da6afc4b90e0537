"""What looks like PR-06: a pair of agents, each of which says which one it is."""

from __future__ import annotations

from typing import Any

from tests.recorded.altering import told
from tests.recorded.pr_05 import ARRIVES
from tests.recorded.pr_06 import LATER, with_result
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.probe import Answer
from trueline.model.topology import Topology


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """Two agents of App scrape the same target, and each sends an external label of its own."""

    def change_one(_: str, name: str, answer: Answer) -> Answer:
        return with_result(answer, _paired) if name == ARRIVES else answer

    return topology, told(facts, change_one)


def _paired(result: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "metric": {**one["metric"], "prometheus_replica": f"agent-{number}"},
            "values": [[at + number * LATER, value] for at, value in one["values"]],
        }
        for one in result
        for number in (0, 1)
    ]


RECORDING = Recording(
    id="PR-06 twin",
    title="two agents scrape one target, each under a label of its own",
    source="prometheus#9214; Prometheus operator documentation, high availability",
    documented=(
        "A query for up of the cluster answers with two series of the target, which differ in the "
        "external label prometheus_replica."
    ),
    change=change,
)
