"""Whom the mesh lets in, against every world it can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.mtls.meshes import (
    IDENTITY,
    MEMBERS,
    PLAN,
    POD,
    RUNNER,
    SHOWN,
    WEB,
    seen,
)
from tests.told import NOW, connected, http, lines, refused, reply, timed_out, told, unusable
from trueline.checks import mtls, mtls_callers
from trueline.codec import metrics
from trueline.model.check import Check
from trueline.model.probe import Answer, Reply
from trueline.model.topology import Topology
from trueline.questions import mesh as questions
from trueline.questions.question import Scene

RESET = reply("reset", "tcp", "answer", detail="by peer")
ALERT = reply("tls failed", "tls", "answer", detail="TLSV13_ALERT_CERTIFICATE_REQUIRED")
UPSTREAM = "upstream connect error or disconnect/reset before headers. reset reason:"


def test_plaintext_is_refused() -> None:
    answers = seen(**{"app/web in plaintext": RESET})
    assert lines(mtls_callers.strict_workload_refuses_plaintext, WEB, PLAN, answers) == [
        "PASS app/web in plaintext from pods-app: refused | reset at the answer: by peer"
    ]


def test_permissive_where_strict_is_planned() -> None:
    answers = seen(**{"app/web in plaintext": http(200, "shop/web")})
    assert lines(mtls_callers.strict_workload_refuses_plaintext, WEB, PLAN, answers) == [
        "FAIL app/web in plaintext from pods-app: refused | answered with HTTP 200"
    ]


def test_a_dead_workload_refuses_nothing() -> None:
    answers = seen(refused(), **{"app/web in plaintext": refused()})
    assert lines(mtls_callers.strict_workload_refuses_plaintext, WEB, PLAN, answers) == [
        "UNKNOWN app/web in plaintext from pods-app: refused | "
        "it speaks no TLS either (refused at tcp), so nothing was refused"
    ]


def test_plaintext_is_answered_by_a_workload_that_speaks_no_tls() -> None:
    answers = seen(refused(), **{"app/web in plaintext": http(200, "shop/web")})
    assert lines(mtls_callers.strict_workload_refuses_plaintext, WEB, PLAN, answers) == [
        "FAIL app/web in plaintext from pods-app: refused | answered with HTTP 200"
    ]


def strangers(answer: Reply, at_pod: Reply = SHOWN) -> list[str]:
    named = {questions.refused(WEB, kind): answer for kind in questions.KINDS}
    answers = seen(at_pod, **named)
    found = lines(mtls_callers.strict_workload_refuses_strangers, WEB, PLAN, answers)
    return [line.replace("app/web by a caller with ", "") for line in found]


def test_strangers_are_refused_one_by_one() -> None:
    said = "from pods-app: refused | tls failed: TLSV13_ALERT_CERTIFICATE_REQUIRED"
    assert strangers(ALERT) == [
        f"PASS no certificate {said}",
        f"PASS a certificate of another root {said}",
        f"PASS an expired certificate {said}",
    ]


def test_strangers_who_are_let_in() -> None:
    assert strangers(http(200))[0] == (
        "FAIL no certificate from pods-app: refused | answered with HTTP 200"
    )
    assert strangers(http(200), refused())[0] == (
        "FAIL no certificate from pods-app: refused | answered with HTTP 200"
    )
    assert strangers(refused(), refused())[0] == (
        "UNKNOWN no certificate from pods-app: refused | no handshake at all: refused at tcp"
    )


@pytest.mark.parametrize(
    "check",
    [
        mtls_callers.strict_workload_refuses_plaintext,
        mtls_callers.strict_workload_refuses_strangers,
    ],
)
def test_a_workload_that_may_be_reached_in_plaintext(check: Check) -> None:
    assert lines(check, replace(WEB, strict=False), PLAN, seen()) == [
        "NOT_APPLICABLE app/web: nothing is asked | the plan allows plaintext"
    ]


def gate(answer: Reply) -> list[str]:
    member = MEMBERS[1]
    answers = told(
        {
            ("runner", questions.stranger_at(member, what)): answer
            for what in ("plaintext", "an unknown name")
        }
    )
    app = PLAN.cluster("app")
    found = lines(mtls_callers.gateway_passes_on_known_names_only, app, PLAN, answers)
    return [line.replace(" at the east-west gateway of app from runner", "") for line in found]


def test_the_gateway_is_no_way_in_for_strangers() -> None:
    assert gate(RESET) == [
        "PASS plaintext: refused | reset at the answer: by peer",
        "PASS an unknown name: refused | reset at the answer: by peer",
    ]
    assert gate(http(200)) == [
        "FAIL plaintext: refused | answered with HTTP 200",
        "FAIL an unknown name: refused | answered with HTTP 200",
    ]
    assert gate(timed_out())[0] == (
        "UNKNOWN plaintext: refused | the gateway is not reached: timed out at tcp"
    )
    assert gate(reply("tls failed", "tls", "answer", detail="ALERT"))[1] == (
        "PASS an unknown name: refused | tls failed: ALERT"
    )


def test_a_member_whose_gateway_has_no_address_has_none() -> None:
    assert PLAN.mesh is not None
    members = (MEMBERS[0], replace(MEMBERS[1], east_west="nothing"))
    plan = replace(PLAN, mesh=replace(PLAN.mesh, members=members))
    check = mtls_callers.gateway_passes_on_known_names_only
    assert lines(check, plan.cluster("app"), plan, seen()) == [
        "NOT_APPLICABLE app: nothing is asked | it has no east-west gateway"
    ]


def test_an_answer_of_any_words_will_do_where_none_are_planned() -> None:
    web = replace(WEB, answers=None)
    answers = told({("mesh-control", "call app/web"): http(200, "hello")})
    assert lines(mtls_callers.planned_callers_reach_the_workload, web, answers) == [
        "PASS mesh-control to app/web: HTTP 200 | HTTP 200"
    ]


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        (http(200, "shop/web"), "PASS", "HTTP 200 with 'shop/web'"),
        (http(200, "shop/other"), "FAIL", "HTTP 200 of another application"),
        (http(503, "no healthy upstream"), "FAIL", "HTTP 503: no healthy upstream"),
        (http(503, f"{UPSTREAM} connection termination"), "FAIL",
         f"HTTP 503: {UPSTREAM} connection termination"),
        (reply("unresolved", None, "resolve", detail="no such name"), "FAIL",
         "the name does not resolve: no such name"),
        (timed_out(), "FAIL", "timed out at tcp"),
        (reply("answered", "answer", received=b"?"), "FAIL", "no HTTP answer, it begins with '?'"),
    ],
)  # fmt: skip
def test_planned_callers(answer: Reply, verdict: str, said: str) -> None:
    answers = told({("mesh-control", "call app/web"): answer})
    assert lines(mtls_callers.planned_callers_reach_the_workload, WEB, answers) == [
        f"{verdict} mesh-control to app/web: HTTP 200 with 'shop/web' | {said}"
    ]


ENDED = "upstream connect error or disconnect/reset before headers. reset reason: "
KEPT = http(503, ENDED + "connection termination")
GOOD = http(200, "shop/web")


@pytest.mark.parametrize(
    ("replies", "verdict", "said"),
    [
        ((GOOD, GOOD), "PASS", "HTTP 200 with 'shop/web'"),
        ((KEPT, GOOD), "PASS",
         f"HTTP 503: {ENDED}connection termination; then HTTP 200 with 'shop/web'"),
        ((KEPT, KEPT), "FAIL", f"HTTP 503: {ENDED}connection termination"),
        ((KEPT, timed_out()), "FAIL",
         f"HTTP 503: {ENDED}connection termination; then timed out at tcp"),
        ((http(503, ENDED + "remote connection failure"), GOOD), "FAIL",
         f"HTTP 503: {ENDED}remote connection failure"),
        ((GOOD, http(503, "no healthy upstream")), "FAIL",
         "HTTP 200 with 'shop/web'; then HTTP 503: no healthy upstream"),
    ],
)  # fmt: skip
def test_a_connection_kept_from_before_may_have_ended(
    replies: tuple[Reply, ...], verdict: str, said: str
) -> None:
    answers = told({("mesh-control", "call app/web"): Answer(replies=replies, at=NOW)})
    assert lines(mtls_callers.planned_callers_reach_the_workload, WEB, answers) == [
        f"{verdict} mesh-control to app/web: HTTP 200 with 'shop/web' | {said}"
    ]


def test_a_workload_that_nobody_calls_and_a_caller_that_cannot_be_used() -> None:
    check = mtls_callers.planned_callers_reach_the_workload
    assert lines(check, replace(WEB, callers=()), seen()) == [
        "NOT_APPLICABLE app/web: nothing is asked | the plan names no caller"
    ]
    blind = unusable(told({}), "mesh-control", "pod shop/caller ran no probe: gone")
    judged = check(WEB, blind)
    assert [(item.verdict.value, item.observed) for item in judged.claims] == [
        ("unknown", "pod shop/caller ran no probe: gone")
    ]


METRICS = """\
# TYPE istiod_managed_clusters gauge
istiod_managed_clusters{cluster_type="local"} 1
istiod_managed_clusters{cluster_type="remote"} %d
istiod_uptime_seconds NaN?
"""


def test_what_the_control_plane_watches() -> None:
    def watched(topology: Topology, answer: Reply) -> list[str]:
        answers = told({("pods-app", "clusters that istiod of app watches"): answer})
        app = topology.cluster("app")
        return lines(mtls_callers.control_planes_watch_each_other, app, topology, answers)

    assert watched(PLAN, http(200, METRICS % 1)) == ["PASS istiod of app: 1 remote | 1 remote"]
    assert watched(PLAN, http(200, METRICS % 0)) == ["FAIL istiod of app: 1 remote | 0 remote"]
    assert watched(PLAN, connected()) == ["UNKNOWN istiod of app: 1 remote | connected"]
    assert watched(PLAN, http(200, METRICS % 1 + state("synced"))) == [
        "PASS istiod of app: 1 remote | 1 remote"
    ]
    assert watched(PLAN, http(200, METRICS % 1 + state("timeout"))) == [
        "FAIL istiod of app: 1 remote | 1 remote, control is timeout"
    ]


def state(now: str) -> str:
    """How far istiod has read the other cluster, as it tells."""
    return "".join(
        'istiod_remote_cluster_sync_status{cluster="control",cluster_type="remote",'
        f'status="{status}"}} {int(status == now)}\n'
        for status in ("closed", "synced", "syncing", "timeout")
    )


def test_samples_of_a_metric() -> None:
    assert list(metrics.values(METRICS % 3, "istiod_managed_clusters")) == [
        ({"cluster_type": "local"}, 1.0),
        ({"cluster_type": "remote"}, 3.0),
    ]
    assert list(metrics.values(METRICS, "istiod_uptime_seconds")) == []


def test_a_workload_that_is_seen_at_its_pod_alone() -> None:
    """A cluster without an east-west gateway, and a plan that declares no pod to probe from."""
    assert PLAN.mesh is not None
    alone = replace(PLAN, vantages=(RUNNER,), mesh=replace(PLAN.mesh, members=(MEMBERS[0],)))
    assert questions.gateway(alone, "app") is None
    answers = told({("pods:app", POD): SHOWN})
    assert lines(mtls.workload_presents_its_identity, WEB, alone, answers) == [
        f"PASS {POD} from pods:app: {IDENTITY} | {IDENTITY}"
    ]
    scene = Scene(topology=alone, clusters={}, nonce="n1")
    assert "an unknown name at the east-west gateway of app" not in {
        item.name for item in questions.asked(scene)
    }


def test_plaintext_that_is_no_http() -> None:
    answers = seen(**{"app/web in plaintext": reply("answered", "answer", received=b"?")})
    assert lines(mtls_callers.strict_workload_refuses_plaintext, WEB, PLAN, answers) == [
        "FAIL app/web in plaintext from pods-app: refused | answered"
    ]
