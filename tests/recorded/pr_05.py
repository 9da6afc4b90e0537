"""PR-05: a federation that does not honour labels relabels what it takes."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.recorded.altering import received, told
from tests.recorded.recording import Recording
from trueline.compare.facts import Facts
from trueline.model.probe import Answer
from trueline.model.topology import Topology

ARRIVES = "what arrives in prometheus of pods:app/monitoring"
VALUES = "values of cluster in prometheus"


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """The series of App are there under exported_cluster, and cluster says control."""
    return topology, told(facts, _relabelled)


def _relabelled(vantage: str, name: str, answer: Answer) -> Answer:
    if name == ARRIVES:
        return _says(answer, {"resultType": "matrix", "result": []})
    if name == VALUES:
        return _says(answer, ["control"])
    return answer


def _says(answer: Answer, data: object) -> Answer:
    said = received(answer, 200, json.dumps({"status": "success", "data": data}))
    return replace(said, settled=None)


RECORDING = Recording(
    id="PR-05",
    title="metrics are federated without honor_labels",
    source="Prometheus documentation of federation and of scrape_config",
    documented=(
        "Without honor_labels a label of a scraped series that the scrape sets too is renamed to "
        "exported_ and its name: a query for up of cluster app answers with an empty matrix, and "
        "the values of cluster are those of the scraping side."
    ),
    change=change,
    reds=frozenset({"REACH-010"}),
    cause="REACH-010",
)
