"""One sender writes each series, and two leave their marks in it."""

from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from tests.reach.answering import DATE, but, healthy
from tests.reach.network import PLAN
from tests.told import NOW, http, lines, refused
from trueline.checks.reach_senders import FEWEST, RECENT, each_series_has_one_sender
from trueline.model.probe import Reply
from trueline.model.subject import deliveries

HEALTHY = healthy()
ARRIVING = ("host", "what arrives in prometheus of pods:app/monitoring")
PROMISE = "prometheus from app/monitoring: one sender for each series"
ONE = f"PASS {PROMISE} | no samples that come by turns"


def said(reply: Reply) -> str:
    (found,) = deliveries(PLAN, "prometheus")
    (told,) = lines(each_series_has_one_sender, found, PLAN, but(HEALTHY, ARRIVING, reply))
    return told


def of(*series: Iterable[float], **labels: str) -> Reply:
    """Series with samples that many seconds ago, each on another port."""
    metric = {"__name__": "up", "cluster": "app", **labels}
    found: list[dict[str, object]] = [
        {
            "metric": {**metric, "instance": f"a:{port}"},
            "values": [[NOW - age, "1"] for age in sorted(ages, reverse=True)],
        }
        for port, ages in enumerate(series, start=1)
    ]
    return http(200, json.dumps({"data": {"result": found}}), Date=DATE)


def every(pace: float, times: int, *, since: float = 0.0) -> list[float]:
    """The ages of samples at one pace."""
    return [since + pace * number for number in range(times)]


def turns(port: int, apart: str) -> str:
    return f'up{{instance="a:{port}"}}: its samples come {apart} apart by turns'


def failed(*told: str) -> str:
    return f"FAIL {PROMISE} | {'; '.join(told)}"


LATE = (0.3, 0.0, 0.1, 0.0, 0.0, 0.6, 0.2, 0.0, 0.5, 0.1, 0.4, 0.0, 0.2, 0.3, 0.0, 0.0, 0.5, 0.1)


@pytest.mark.parametrize(
    "ages",
    [
        pytest.param(every(15.0, 20), id="in time"),
        pytest.param(every(60.0, FEWEST), id="few"),
        pytest.param(every(2.0, 8) + every(2.0, 12, since=18.0), id="one is missing"),
        pytest.param([*every(4.0, 9), 2.0, 10.0, 22.0], id="many are missing"),
        pytest.param(every(2.0, 10) + every(2.0, 10, since=18.7), id="started anew"),
        pytest.param(
            [age - late for age, late in zip(every(2.0, 18, since=1.0), LATE, strict=True)],
            id="late now and then",
        ),
        pytest.param(
            every(2.0, RECENT) + every(2.0, 20, since=40.0) + every(2.0, 20, since=40.6),
            id="two before and one since",
        ),
        pytest.param(every(2.0, 10) + every(2.0, 10, since=0.96), id="two that seem one"),
        pytest.param(every(20.0, 10) + every(20.0, 10, since=9.5), id="just alike"),
    ],
)
def test_one_sender(ages: list[float]) -> None:
    assert said(of(ages)) == ONE


@pytest.mark.parametrize(
    ("ages", "apart"),
    [
        pytest.param(every(2.0, 10) + every(2.0, 10, since=0.6), "0.6 s and 1.4 s", id="in turns"),
        pytest.param(every(2.0, 10) + every(2.0, 10, since=0.1), "0.1 s and 1.9 s", id="at once"),
        pytest.param(every(2.0, 10) + every(2.0, 10, since=0.9), "0.9 s and 1.1 s", id="evenly"),
        pytest.param(every(60.0, 5) + every(60.0, 5, since=10.0), "10.0 s and 50.0 s", id="slowly"),
        pytest.param(every(60.0, 3) + every(60.0, 2, since=10.0), "50.0 s and 10.0 s", id="few"),
        pytest.param(
            every(2.0, 3) + every(2.0, 3, since=0.6), "0.6 s and 1.4 s", id="just uneven enough"
        ),
        pytest.param(
            every(2.0, 6) + every(2.0, 5, since=0.6) + [11.0],
            "0.6 s and 1.4 s",
            id="just regular enough",
        ),
        pytest.param(
            every(2.0, 9) + every(2.0, 10, since=0.6) + [18.4], "0.6 s and 1.4 s", id="one is late"
        ),
        pytest.param(
            every(15.0, 20) + every(15.0, 20, since=5.0) + every(15.0, 20, since=9.0),
            "5.0 s and 6.0 s and 4.0 s",
            id="three of them",
        ),
        pytest.param(
            every(15.0, 12) + every(30.0, 6, since=4.0), "11.0 s and 4.0 s and 15.0 s", id="unlike"
        ),
    ],
)
def test_several_senders(ages: list[float], apart: str) -> None:
    assert said(of(ages)) == failed(turns(1, apart))


def test_every_series_is_looked_at() -> None:
    two = every(2.0, 10) + every(2.0, 10, since=0.6)
    assert said(of(every(2.0, 10), two, every(2.0, 1), two)) == failed(
        turns(2, "0.6 s and 1.4 s"), turns(4, "0.6 s and 1.4 s")
    )


def test_a_pair_that_says_which_one_it_is() -> None:
    assert said(of(every(2.0, 10), every(2.0, 10, since=0.6), prometheus="a")) == ONE


def test_a_series_without_labels() -> None:
    bare = [{"values": [[NOW - age, "1"] for age in every(2.0, 9) + every(2.0, 9, since=0.6)]}]
    told = said(http(200, json.dumps({"data": {"result": bare}}), Date=DATE))
    assert told == failed("up{}: its samples come 0.6 s and 1.4 s apart by turns")


def test_too_few_samples_show_nothing() -> None:
    assert said(of(every(2.0, FEWEST - 1))) == (
        "NOT_APPLICABLE prometheus from app/monitoring: nothing is asked | none of its series has "
        "5 samples within 300 s"
    )


@pytest.mark.parametrize("reply", [of(), of([]), refused(), http(503, "starting")])
def test_what_is_not_there_is_told_elsewhere(reply: Reply) -> None:
    assert said(reply) == (
        "NOT_APPLICABLE prometheus from app/monitoring: nothing is asked | nothing of it is "
        "there, see REACH-010"
    )
