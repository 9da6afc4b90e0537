"""What the front page of a report says of the clusters."""

from __future__ import annotations

from dataclasses import replace

from fixtures.environment import described
from tests.model.plans import PLAN
from trueline.model.observation import IdentityFact, Observation
from trueline.observe.snapshot import gaps
from trueline.report.summary import Summary, summarize

CA = "24461a9ed59b49d15e33811adcf08ff26c211f27"
UID = "80718879-74d4-4e62-8f74-288df81f84c4"


def summary() -> Summary:
    return summarize(
        (), (), run="r1", topology="t.yaml", topology_sha256="0" * 64, seconds=1.0, workers=0,
        stopped=None, collected=(), outcomes={},
    )  # fmt: skip


def test_a_cluster_is_told_by_what_makes_it_itself() -> None:
    name = PLAN.clusters[0].name
    fact = IdentityFact(
        server="https://192.0.2.1:6443", ca_sha256=CA, kube_system_uid=UID, version="v1.34.4",
        ca="-----BEGIN CERTIFICATE-----",
    )  # fmt: skip
    seen = Observation(value=fact, at=0.0, source="API", vantage="here")
    facts = {name: replace(gaps(name, "refused", 0.0), identity=seen)}
    told = described(PLAN, summary(), facts)
    assert told[f"{name} API"] == "v1.34.4, CA sha256 24461a9ed59b"
    assert told[f"{name} UID"] == "80718879-74d"
    assert "CERTIFICATE" not in str(told)


def test_what_was_not_observed_is_said_and_what_was_not_asked_is_not() -> None:
    name = PLAN.clusters[0].name
    assert described(PLAN, summary(), {name: gaps(name, "no", 0.0)})[f"{name} API"] == (
        "not observed"
    )
    assert f"{name} API" not in described(PLAN, summary(), None)
