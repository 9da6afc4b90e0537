"""VA-02: a Vault that stands by is no failure."""

from __future__ import annotations

import json

from tests.recorded.altering import received, told
from tests.recorded.recording import Recording
from trueline.codec import http
from trueline.compare.facts import Facts
from trueline.model.probe import Answer
from trueline.model.topology import Topology


def change(topology: Topology, facts: Facts) -> tuple[Topology, Facts]:
    """Whoever asks for the health of Vault is answered by a node that stands by."""
    return topology, told(facts, _standing_by)


def _standing_by(vantage: str, name: str, answer: Answer) -> Answer:
    if not name.startswith("talk to reservation:control/vault "):
        return answer
    said = {**http.answer(answer.last).json, "standby": True}
    return received(answer, 429, json.dumps(said))


RECORDING = Recording(
    id="VA-02",
    title="a Vault that stands by answers, and is well",
    source="Vault health API; helm/charts PR#2739",
    documented=(
        "/v1/sys/health answers 429 with initialized true, sealed false and standby true on a node "
        "that stands by and passes requests on."
    ),
    change=change,
)
