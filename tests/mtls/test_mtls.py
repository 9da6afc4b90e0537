"""What mesh workloads show on the wire, against every world it can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.certificates import Root
from tests.live import changed, facts_for
from tests.mtls.meshes import (
    GATE,
    IDENTITY,
    MEMBERS,
    MESH,
    OTHER,
    PLAN,
    POD,
    SHOWN,
    WEB,
    facts,
    seen,
)
from tests.told import lines, refused, reply, shows, timed_out
from trueline.checks import mtls, mtls_callers
from trueline.codec import forged, x509
from trueline.model.probe import Answers, Reply
from trueline.questions import mesh as questions
from trueline.questions.question import Scene

ROOTS = {"mesh-root": MESH, "other-root": OTHER}


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


def test_every_identity_of_a_certificate_is_told() -> None:
    uris = ("spiffe://one/ns/shop/sa/web", "spiffe://two/ns/shop/sa/web")
    both = replace(SHOWN, tls=shows(MESH.leaf(uri=uris[0], second_uri=uris[1])))
    assert identity(seen(both))[0] == f"FAIL {POD} from pods-app: {IDENTITY} | {', '.join(uris)}"


# --- chains and roots -----------------------------------------------------------------------------


def chains(answers: Answers, *roots: Root) -> list[str]:
    found = lines(mtls.workload_chains_to_the_root, WEB, PLAN, facts(*roots), answers)
    return [line.split(": ", 1)[0].split(" ")[0] + " " + line.split(" | ")[1] for line in found]


def fingerprint(one: Root) -> str:
    return x509.bundle(one.pem)[0].sha256[:12]


def test_a_chain_to_the_root_of_the_cluster() -> None:
    assert chains(seen(), MESH) == [f"PASS mesh-root {fingerprint(MESH)}"] * 2


def test_a_chain_is_of_one_of_the_roots_that_the_cluster_trusts() -> None:
    trusted = " or ".join(sorted(f"{name} {fingerprint(one)}" for name, one in ROOTS.items()))
    found = lines(mtls.workload_chains_to_the_root, WEB, PLAN, facts(MESH, OTHER), seen())
    assert found == [
        f"PASS {POD} from pods-app: a chain to {trusted} | mesh-root {fingerprint(MESH)}",
        f"PASS {GATE} from runner: a chain to {trusted} | mesh-root {fingerprint(MESH)}",
    ]


def test_a_chain_to_another_root_and_no_chain_at_all() -> None:
    assert chains(seen(SHOWN, refused()), OTHER) == [
        "FAIL issued by mesh-root, a stranger",
        "UNKNOWN refused at tcp",
    ]


def test_the_planned_root_is_wanted_where_the_plan_names_one() -> None:
    assert PLAN.mesh is not None
    pinned = replace(PLAN, mesh=replace(PLAN.mesh, root_sha256=x509.bundle(OTHER.pem)[0].sha256))
    everywhere = facts_for(PLAN)
    for name in ("control", "app"):
        everywhere[name] = changed(everywhere[name], "mesh_roots", (("n", MESH.pem),))
    assert lines(mtls.members_trust_one_root, PLAN.cluster("app"), pinned, everywhere) == [
        f"FAIL app mesh root: one root, the planned one: {fingerprint(OTHER)} | {fingerprint(MESH)}"
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
        (reply("reset", "tcp", "tls"), "PASS {}: refused | reset at tls"),
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
