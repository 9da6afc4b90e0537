"""What pods see of their own cluster: connected from a pod address, or a defect with its text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.worlds import world
from trueline.checks.clusters_views import pods_reach_their_own_services
from trueline.model.check import Judgement
from trueline.model.observation import Observation, TcpFact, Unobserved, View
from trueline.model.source import Source
from trueline.model.topology import Vantage

VANTAGE = Vantage(
    name="pods-control",
    kind="pod",
    cluster="control",
    segment=None,
    pod="trueline/probe",
    at=Source("topology.yaml", 230),
)
API = TcpFact(
    address="10.96.0.1", port=443, outcome="connected", local="10.244.1.7", after=0.01, detail=""
)


def judged(*facts: TcpFact) -> Judgement:
    view = Observation(value=facts, at=1.0, source="TCP probes", vantage="pod trueline/probe")
    return pods_reach_their_own_services(VANTAGE, world().cluster("control"), view)


def texts(judgement: Judgement) -> list[tuple[str, str, str, str]]:
    return [
        (claim.verdict.value, claim.subject, claim.expected, claim.observed)
        for claim in judgement.claims
    ]


EXPECTED = "connected from 10.244.0.0/16"
SUBJECT = "pods-control to 10.96.0.1 port 443"


def test_a_pod_reaches_its_services_from_the_pod_network() -> None:
    judgement = judged(API)
    assert texts(judgement) == [("pass", SUBJECT, EXPECTED, "connected from 10.244.1.7")]
    assert judgement.claims[0].evidence == ("TCP probes from pod trueline/probe",)
    assert judgement.claims[0].at == VANTAGE.at


@pytest.mark.parametrize(
    ("fact", "observed"),
    [
        (replace(API, outcome="timed out", local=None), "timed out"),
        (replace(API, outcome="refused", local=None), "refused"),
        (replace(API, local="192.168.64.13"), "connected from 192.168.64.13"),
    ],
    ids=["dead data path", "no endpoint", "not from the pod network"],
)
def test_a_broken_data_path_is_a_defect(fact: TcpFact, observed: str) -> None:
    assert texts(judged(fact)) == [("fail", SUBJECT, EXPECTED, observed)]


def test_a_pod_that_cannot_be_asked_is_unknown() -> None:
    view: View = Unobserved(reason="no such pod", at=1.0, source="TCP probes", vantage="pod x/y")
    judgement = pods_reach_their_own_services(VANTAGE, world().cluster("control"), view)
    assert texts(judgement) == [
        (
            "unknown",
            "pods-control",
            "A pod reaches its cluster's API and DNS Services, from an address of the pod network.",
            "no such pod",
        )
    ]


def test_nothing_asked_is_nothing_proved() -> None:
    assert judged().verdict.value == "unknown"
