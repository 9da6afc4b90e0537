"""Large requests of every reserved port that serves HTTP."""

from __future__ import annotations

import pytest

from tests.reach.answering import but, healthy
from tests.reach.network import PLAN
from tests.told import lines, refused, reply, timed_out, unusable
from trueline.checks.reach_sizes import reserved_port_answers_large_requests
from trueline.model.probe import Answers
from trueline.model.topology import Reservation
from trueline.questions import sizes
from trueline.questions.question import Scene

HEALTHY = healthy()
NAMED = {str(item): item for item in PLAN.reservations}
END = "reservation:app/app1 port 80/TCP"
SILENT = reply("timed out", "tcp", "answer")


def of(name: str, answers: Answers = HEALTHY) -> list[str]:
    return lines(reserved_port_answers_large_requests, NAMED[name], PLAN, answers)


@pytest.mark.parametrize("item", PLAN.reservations, ids=str)
def test_a_healthy_network_carries_packets_of_full_size(item: Reservation) -> None:
    found = {line.split()[0] for line in of(str(item))}
    assert found == ({"PASS"} if sizes.ports(PLAN, item) else {"NOT_APPLICABLE"})


def test_every_observer_is_answered() -> None:
    assert of("app/app1") == [
        f"PASS {vantage} to app/app1 port 80: an answer to a request of 4000 bytes | answered"
        for vantage in ("host", "pods-control", "pods-app")
    ]


def test_a_way_that_swallows_full_packets_is_named() -> None:
    answers = but(HEALTHY, ("host", f"large request of {END}"), SILENT)
    assert of("app/app1", answers)[0] == (
        "FAIL host to app/app1 port 80: an answer to a request of 4000 bytes | "
        "timed out at the answer"
    )


@pytest.mark.parametrize("other", [refused(), timed_out()])
def test_where_nobody_connects_there_is_nothing_to_say(other: object) -> None:
    answers = HEALTHY
    for vantage in ("host", "pods-control", "pods-app"):
        answers = but(answers, (vantage, f"connect to {END}"), other)  # type: ignore[arg-type]
        answers = but(answers, (vantage, f"large request of {END}"), other)  # type: ignore[arg-type]
    assert of("app/app1", answers) == [
        "NOT_APPLICABLE app/app1: nothing is asked | "
        "nobody connects to a port of it that serves HTTP"
    ]


def test_a_vantage_point_that_cannot_be_used_leaves_the_port_in_doubt() -> None:
    found = of("app/app1", unusable(HEALTHY, "pods-app", "no pod"))
    assert [line.split()[0] for line in found] == ["PASS", "PASS", "UNKNOWN"]


def test_the_request_fills_several_packets() -> None:
    asked = list(sizes.asked(Scene(topology=PLAN, clusters={}, nonce="n")))
    assert {item.name for item in asked if item.name.endswith("app1 port 80/TCP")} == {
        f"large request of {END}"
    }
    for item in asked:
        (step,) = item.probe.steps
        assert step.request is not None
        assert sum(len(value) for _, value in step.request.headers) > 2 * 1500
        assert (step.server_name is None) == (step.transport == "tcp")
