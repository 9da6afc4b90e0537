"""The endpoint of an API, which answers as long as one of its API servers does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.time.watches import CONTROL, PLAN, Told, answers, refused
from tests.told import http, lines, reply, unusable
from tests.told import refused as nobody_listens
from tests.worlds import with_cluster
from trueline.checks.clusters_servers import endpoint_answers_while_a_server_does as checked
from trueline.model.probe import Reply
from trueline.model.topology import Topology

ENDPOINT = "192.168.64.10"
SUBJECT = "API 192.168.64.10 of control from host: it answers while an API server does"
NAMED = ("control-cp-1 (192.168.64.11)", "control-cp-2 (192.168.64.14)")


def only(**by: Reply) -> Told:
    """What these doors say instead, by the last number of their address (`at_10`)."""
    instead = {f"192.168.64.{name[3:]}": one for name, one in by.items()}
    return lambda _, door, __: instead.get(door.host)


OFF = nobody_listens()


def said(told_instead: Told | None = None) -> list[str]:
    given = answers() if told_instead is None else answers(told_instead=told_instead)
    return lines(checked, CONTROL, PLAN, given)


def test_an_endpoint_that_answers() -> None:
    assert said() == [f"PASS {SUBJECT} | it answers"]
    assert said(only(at_11=OFF, at_14=OFF)) == [f"PASS {SUBJECT} | it answers"]
    assert said(only(at_10=http(403, "{}"))) == [f"PASS {SUBJECT} | it answers"]


@pytest.mark.parametrize(
    ("told", "seen"),
    [
        (refused(ENDPOINT), f"refused at tcp; others answer: {', '.join(NAMED)}"),
        (only(at_10=OFF, at_11=OFF), f"refused at tcp; others answer: {NAMED[1]}"),
        (only(at_10=http(503, "")), f"HTTP 503; others answer: {', '.join(NAMED)}"),
        (only(at_10=http(500, "")), f"HTTP 500; others answer: {', '.join(NAMED)}"),
        (
            only(at_10=reply("answered", "answer", received=b"SSH-2.0")),
            f"no HTTP answer, it begins with 'SSH-2.0'; others answer: {', '.join(NAMED)}",
        ),
    ],
)
def test_an_endpoint_that_leads_past_the_servers_that_answer(told: Told, seen: str) -> None:
    assert said(told) == [f"FAIL {SUBJECT} | {seen}"]


def test_an_endpoint_that_is_one_of_several_servers() -> None:
    plan = with_cluster(PLAN, "control", api="https://192.168.64.14:6443")
    given = answers(plan, told_instead=refused("192.168.64.14"))
    assert lines(checked, plan.cluster("control"), plan, given) == [
        "FAIL API 192.168.64.14 of control from host: it answers while an API server does | one "
        "API server of several, refused at tcp; others answer: control-cp-1 (192.168.64.11)"
    ]


def test_a_cluster_that_is_down_is_no_matter_of_its_endpoint() -> None:
    assert said(only(at_10=OFF, at_11=OFF, at_14=OFF)) == [
        "NOT_APPLICABLE API 192.168.64.10 of control from host: nothing is asked | refused at "
        "tcp, and none of its API servers answers either, see CLU-001"
    ]


def test_nothing_can_be_told_where_nobody_could_ask() -> None:
    assert lines(checked, CONTROL, PLAN, unusable(answers(), "host", "no host")) == [
        f"UNKNOWN {SUBJECT} | no host"
    ]


@pytest.mark.parametrize(
    ("plan", "name", "why"),
    [
        (PLAN, "app", "the plan names no API server beside its endpoint"),
        (
            with_cluster(PLAN, "control", api=None),
            "control",
            "the plan names no API server beside its endpoint",
        ),
        (replace(PLAN, vantages=()), "control", "the plan has no host that asks it"),
    ],
)
def test_nothing_is_asked(plan: Topology, name: str, why: str) -> None:
    assert lines(checked, plan.cluster(name), plan, answers(plan)) == [
        f"NOT_APPLICABLE {name}: nothing is asked | {why}"
    ]
