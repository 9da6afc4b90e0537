"""The mesh as its workloads show it, against every world it can meet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.certificates import Root, root
from tests.live import changed, facts_for
from tests.told import connected, http, lines, refused, reply, shows, timed_out, told, unusable
from tests.worlds import at, world
from trueline.checks import mtls, mtls_callers
from trueline.codec import forged, metrics, x509
from trueline.model.check import Check
from trueline.model.mesh import Mesh, MeshMember, Workload
from trueline.model.observation import ClusterFacts
from trueline.model.probe import Answers, Reply
from trueline.model.topology import Topology, Vantage
from trueline.questions import mesh as questions
from trueline.questions.question import Scene

MESH, OTHER = root("mesh-root"), root("other-root")
RUNNER = Vantage(name="runner", kind="host", cluster=None, segment="lan", at=at(1))
BESIDE = Vantage(name="pods-app", kind="pod", cluster="app", segment=None, at=at(2))
CALLER = replace(BESIDE, name="mesh-control", cluster="control", pod="shop/caller", in_mesh=True)
IDENTITY = "spiffe://mesh.test/ns/shop/sa/web"
WEB = Workload(
    name="web",
    cluster="app",
    service="shop/web",
    port=8080,
    service_account="web",
    strict=True,
    callers=("mesh-control",),
    at=at(7),
    answers="shop/web",
)
MEMBERS = tuple(
    MeshMember(cluster=name, network=name, ingress="ingress", east_west="east-west", at=at(8))
    for name in ("control", "app")
)
PLAN = replace(
    world(),
    vantages=(RUNNER, BESIDE, CALLER),
    mesh=Mesh(
        trust_domain="mesh.test",
        root_sha256=None,
        mode="strict",
        members=MEMBERS,
        workloads=(WEB,),
        at=at(6),
    ),
)
POD, GATE = "app/web at its pod", "app/web through its east-west gateway"
SHOWN = reply("connected", "tls", tls=shows(MESH.leaf(uri=IDENTITY)))


def seen(at_pod: Reply = SHOWN, at_gate: Reply = SHOWN, **more: Reply) -> Answers:
    """What the runner and the pod beside the workload were told; `more` by question."""
    found = {("pods-app", POD): at_pod, ("runner", GATE): at_gate}
    found |= {("pods-app", name): answer for name, answer in more.items()}
    return told(found)


def facts(*roots: Root) -> ClusterFacts:
    pems = tuple((f"ns{number}", item.pem) for number, item in enumerate(roots))
    return changed(facts_for(PLAN)["app"], "mesh_roots", pems)


def identity(answers: Answers) -> list[str]:
    return lines(mtls.workload_presents_its_identity, WEB, PLAN, answers)


def test_the_name_that_leads_through_a_gateway() -> None:
    assert questions.sni(WEB) == "outbound_.8080_._.web.shop.svc.cluster.local"
    assert questions.identity(PLAN, WEB) == IDENTITY
    gate = questions.gateway(PLAN, "app")
    assert gate is not None
    assert str(gate.address) == "192.168.64.123"
    assert questions.gateway(replace(PLAN, mesh=None), "app") is None


def test_everything_the_mesh_is_asked() -> None:
    endpoints = facts_for(PLAN)
    service = endpoints["app"].services.value[0]
    ports = replace(service.ports[0], port=8080, target="8080")
    web = replace(service, namespace="shop", name="web", ports=(ports,))
    pod = replace(
        endpoints["app"].endpoints.value[0], service="shop/web", ready=True, ports=((8080, "TCP"),)
    )
    app = changed(endpoints["app"], "services", (web,))
    app = changed(app, "endpoints", (pod, replace(pod, ports=((15090, "TCP"),))))
    scene = Scene(topology=PLAN, clusters=endpoints | {"app": app}, nonce="n1")
    found = [(item.vantage, item.name) for item in questions.asked(scene)]
    assert found == [
        ("runner", GATE),
        ("mesh-control", "call app/web"),
        ("runner", "plaintext at the east-west gateway of control"),
        ("runner", "an unknown name at the east-west gateway of control"),
        ("pods:control", "clusters that istiod of control watches"),
        ("runner", "plaintext at the east-west gateway of app"),
        ("runner", "an unknown name at the east-west gateway of app"),
        ("pods-app", "clusters that istiod of app watches"),
        ("pods-app", "app/web in plaintext"),
        ("pods-app", POD),
        ("pods-app", "app/web over TLS 1.1"),
        ("pods-app", "app/web by a caller with no certificate"),
        ("pods-app", "app/web by a caller with a certificate of another root"),
        ("pods-app", "app/web by a caller with an expired certificate"),
    ]
    assert questions.pods(WEB, app) == ((str(pod.address), 8080),)


def test_a_plan_without_a_mesh_asks_nothing() -> None:
    scene = Scene(topology=replace(PLAN, mesh=None), clusters={}, nonce="n1")
    assert list(questions.asked(scene)) == []


def test_forged_certificates_have_the_right_name_and_the_wrong_root() -> None:
    for pem, valid in zip(forged.client(IDENTITY), (True, False), strict=True):
        leaf, above = x509.bundle(pem)
        assert leaf.uris == (IDENTITY,)
        assert above.subject == "O=another root"
        assert x509.root_of([leaf, above], x509.bundle(MESH.pem)) is None
        days = (leaf.not_after - leaf.not_before) / 86400
        assert days == (2 if valid else 1)
        assert "PRIVATE KEY" in pem


# --- identity -------------------------------------------------------------------------------------


def test_the_planned_identity_on_both_sides_of_the_gateway() -> None:
    assert identity(seen()) == [
        f"PASS {POD} from pods-app: {IDENTITY} | {IDENTITY}",
        f"PASS {GATE} from runner: {IDENTITY} | {IDENTITY}",
    ]


def test_another_identity_and_no_handshake_are_told_apart() -> None:
    stranger = replace(SHOWN, tls=shows(MESH.leaf(uri="spiffe://other/ns/shop/sa/web")))
    assert identity(seen(stranger, timed_out())) == [
        f"FAIL {POD} from pods-app: {IDENTITY} | spiffe://other/ns/shop/sa/web",
        f"FAIL {GATE} from runner: {IDENTITY} | timed out at tcp",
    ]


def test_a_certificate_without_identity() -> None:
    plain = replace(SHOWN, tls=shows(MESH.leaf("web.test")))
    assert identity(seen(plain))[0] == f"FAIL {POD} from pods-app: {IDENTITY} | none"


# --- chains and roots -----------------------------------------------------------------------------


def chains(answers: Answers, *roots: Root) -> list[str]:
    found = lines(mtls.workload_chains_to_the_root, WEB, PLAN, facts(*roots), answers)
    return [line.split(": ", 1)[0].split(" ")[0] + " " + line.split(" | ")[1] for line in found]


def fingerprint(one: Root) -> str:
    return x509.bundle(one.pem)[0].sha256[:12]


def test_a_chain_to_the_root_of_the_cluster() -> None:
    assert chains(seen(), MESH) == [f"PASS mesh-root {fingerprint(MESH)}"] * 2


def test_a_chain_to_another_root_and_no_chain_at_all() -> None:
    assert chains(seen(SHOWN, refused()), OTHER) == [
        "FAIL issued by mesh-root, a stranger",
        "UNKNOWN refused at tcp",
    ]


def roots_of(name: str, control: tuple[Root, ...], app: tuple[Root, ...]) -> list[str]:
    everywhere = facts_for(PLAN)
    everywhere = {
        cluster: changed(everywhere[cluster], "mesh_roots", tuple(("n", r.pem) for r in roots))
        for cluster, roots in (("control", control), ("app", app))
    }
    return lines(mtls.members_trust_one_root, PLAN.cluster(name), PLAN, everywhere)


def test_one_root_everywhere() -> None:
    mine = fingerprint(MESH)
    assert roots_of("app", (MESH,), (MESH, MESH)) == [
        f"PASS app mesh root: one root, that of control: {mine} | {mine}"
    ]


def test_two_roots_between_clusters_and_within_one() -> None:
    mine, other = fingerprint(MESH), fingerprint(OTHER)
    both = ", ".join(sorted((mine, other)))
    assert roots_of("app", (MESH,), (OTHER,)) == [
        f"FAIL app mesh root: one root, that of control: {mine} | {other}"
    ]
    assert roots_of("app", (MESH,), (MESH, OTHER)) == [
        f"FAIL app mesh root: one root, that of control: {mine} | {both}"
    ]
    assert roots_of("app", (MESH,), ()) == [
        f"FAIL app mesh root: one root, that of control: {mine} | none"
    ]


def test_a_cluster_outside_the_mesh() -> None:
    assert PLAN.mesh is not None
    alone = replace(PLAN, mesh=replace(PLAN.mesh, members=MEMBERS[:1]))
    app = PLAN.cluster("app")
    for check, evidence in (
        (mtls.members_trust_one_root, facts_for(PLAN)),
        (mtls_callers.control_planes_watch_each_other, seen()),
    ):
        assert lines(check, app, alone, evidence) == [
            "NOT_APPLICABLE app: nothing is asked | it is no member of a mesh"
        ]
    assert lines(mtls_callers.gateway_passes_on_known_names_only, app, alone, seen()) == [
        "NOT_APPLICABLE app: nothing is asked | it has no east-west gateway"
    ]


# --- dates, uses, versions ------------------------------------------------------------------------


def in_force(der: bytes | None) -> list[str]:
    answer = replace(SHOWN, tls=shows(der)) if der is not None else refused()
    found = lines(mtls.workload_certificate_is_in_force, WEB, PLAN, seen(answer))
    return [line.replace(f"{POD} from pods-app", "it") for line in found if POD in line]


def test_a_certificate_in_force() -> None:
    assert in_force(MESH.leaf(uri=IDENTITY)) == [
        "PASS it validity: valid, and for 3600 s more | valid until 2025-11-14 02:13:20 UTC",
        "PASS it uses: {client, server} | {client, server}",
    ]


def test_a_certificate_that_has_expired_and_serves_one_end_only() -> None:
    assert in_force(MESH.leaf(uri=IDENTITY, end=-60.0, uses=("server",))) == [
        "FAIL it validity: valid, and for 3600 s more | expired at 2025-11-13 02:12:20 UTC",
        "FAIL it uses: {client, server} | {server}",
    ]


def test_no_certificate_is_no_verdict_on_one() -> None:
    assert in_force(None) == ["UNKNOWN it: a certificate | refused at tcp"]


@pytest.mark.parametrize(
    ("old", "said"),
    [
        (reply("tls failed", "tcp", "tls", detail="TLSV1_ALERT_PROTOCOL_VERSION"),
         "PASS {}: refused | tls failed: TLSV1_ALERT_PROTOCOL_VERSION"),
        (reply("connected", "tls", tls=shows(version="TLSv1.1")),
         "FAIL {}: refused | accepted as TLSv1.1"),
        (timed_out(), "FAIL {}: refused | timed out at tcp"),
    ],
)  # fmt: skip
def test_tls_1_1(old: Reply, said: str) -> None:
    answers = seen(**{"app/web over TLS 1.1": old})
    assert lines(mtls.old_tls_is_refused, WEB, PLAN, answers) == [
        said.format("app/web over TLS 1.1 from pods-app")
    ]


def test_a_workload_that_takes_no_version_refuses_none() -> None:
    answers = seen(refused(), **{"app/web over TLS 1.1": refused()})
    assert lines(mtls.old_tls_is_refused, WEB, PLAN, answers) == [
        "UNKNOWN app/web over TLS 1.1 from pods-app: refused | no version is taken: refused at tcp"
    ]


# --- callers and strangers ------------------------------------------------------------------------

RESET = reply("reset", "tcp", "answer", detail="by peer")
ALERT = reply("tls failed", "tls", "answer", detail="TLSV13_ALERT_CERTIFICATE_REQUIRED")


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


@pytest.mark.parametrize(
    ("answer", "verdict", "said"),
    [
        (http(200, "shop/web"), "PASS", "HTTP 200 with 'shop/web'"),
        (http(200, "shop/other"), "FAIL", "HTTP 200 of another application"),
        (http(503, "no healthy upstream"), "FAIL", "HTTP 503: no healthy upstream"),
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
