"""What of a certificate fails, who signed it, and what tells why: in exactly these words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from tests.certificates import Root, root
from tests.diagnose import reds
from tests.diagnose.searching import PLAN, but, incidents_of, showing
from tests.live import facts_for, seen
from tests.recorded import base
from tests.recorded.altering import with_facet
from tests.told import NOW, http, shows, told, unusable
from tests.worlds import world
from trueline.codec.x509 import chain as read
from trueline.codec.x509 import self_signed
from trueline.compare.facts import Facts
from trueline.diagnose.certificates import about_certificate, certificate
from trueline.diagnose.evidence import Claimed, Evidence
from trueline.diagnose.incidents import Red, incidents
from trueline.diagnose.ladder import takes
from trueline.diagnose.parts import needs
from trueline.diagnose.telling import lines
from trueline.diagnose.telling import told as in_words
from trueline.model.observation import NotObserved
from trueline.model.probe import Answers
from trueline.questions.signers import signers
from trueline.report.summary_text import nested

OLD, MESH = root("old-ca"), root("mesh-root")
HERE = ("address:192.0.2.9", "clock:app")


Said = partial(reds.Red, needs=HERE)


def nobody(red: Red) -> tuple[str, ...]:
    raise NotObserved(f"nobody was shown {red.subject}")


def walked(
    red: Red, *others: Claimed, signed: Callable[[Red], tuple[str, ...]] = nobody
) -> list[str]:
    evidence = Evidence(
        topology=PLAN,
        clusters={},
        wire={},
        announcers=lambda *_: (),
        claims=(*others,),
        signers=signed,
    )
    return [str(rung) for rung in certificate(red, evidence)]


FLOW = "metrics: certificate"
BEGINS = Said("REACH-001", f"{FLOW} validity", "not valid before 2027")
OFF = Said("TIME-003", "app/w1 and runner", "60.0 s behind", needs=("clock:app", "node:app/w1"))
AWAY = replace(OFF, subject="control/w1 and runner", needs=("clock:control",))
AGREE = "the clocks that it is judged by agree"


def test_one_claim_on_both_dates_is_told_as_the_one_that_fails() -> None:
    named = Said("REACH-001", f"{FLOW} name", "{a}", "pass")
    signed = Said("REACH-001", f"{FLOW} issuer", "no bundle", "unknown")
    other = Said("REACH-001", "logs: certificate name", "{b}")
    assert walked(BEGINS, named, other, signed, BEGINS, OFF) == [
        "the certificate carries the name that it is asked for: yes, {a}",
        "it leads to a root that is trusted here: not observed, no bundle",
        "it is valid already: NO, not valid before 2027",
        "it is valid long enough: yes",
        f"{AGREE}: NO, TIME-003 app/w1 and runner: 60.0 s behind",
    ]
    ended = replace(BEGINS, observed="expired at 2025")
    assert walked(ended, ended) == [
        "it is valid already: yes",
        "it is valid long enough: NO, expired at 2025",
        f"{AGREE}: not observed, no clock was read",
    ]


def test_of_two_claims_on_one_aspect_the_first_is_told() -> None:
    first = Said("REACH-001", f"{FLOW} name", "{a}")
    second = replace(first, observed="{b}")
    assert walked(second, first, second) == [
        "the certificate carries the name that it is asked for: NO, {a}"
    ]


def test_all_who_signed_are_named() -> None:
    red = Said("REACH-001", f"{FLOW} issuer", "issued by old-ca, which leads to none")
    assert walked(red, red, signed=lambda _: ("CA bundle mine", "the API's CA of app")) == [
        "it leads to a root that is trusted here: NO, issued by old-ca, which leads to none",
        "a root that the run knows signed it: yes, CA bundle mine and the API's CA of app",
    ]


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("address:192.0.2.9", "NO, TIME-003 app/w1 and runner: 60.0 s behind"),
        ("clock:app", "NO, TIME-003 app/w1 and runner: 60.0 s behind"),
        ("address:192.0.2.8", "not observed, no clock was read"),
    ],
)
def test_a_clock_counts_that_is_of_the_address_or_of_the_cluster(part: str, told: str) -> None:
    assert walked(BEGINS, BEGINS, replace(OFF, needs=(part,)))[-1] == f"{AGREE}: {told}"


def test_a_clock_elsewhere_is_no_reason() -> None:
    well = Said("TIME-001", "API of app and runner", "0.1 s ahead", "pass")
    assert walked(BEGINS, BEGINS, AWAY)[-1] == f"{AGREE}: not observed, no clock was read"
    assert walked(BEGINS, BEGINS, AWAY, well)[-1] == (
        f"{AGREE}: yes, 1 of 2 readings are within the budget"
    )


@pytest.mark.parametrize(
    ("words", "rungs"),
    [
        (
            "certificate is valid for vault.test, not 192.0.2.9",
            ["the certificate carries the name that it is asked for: NO"],
        ),
        (
            "certificate is not valid for any names, but wanted to match vault.test",
            ["the certificate carries the name that it is asked for: NO"],
        ),
        (
            "cannot validate certificate for 192.0.2.9 because it doesn't contain any IP SANs",
            ["the certificate carries the name that it is asked for: NO"],
        ),
        (
            "certificate signed by unknown authority",
            [
                "it leads to a root that is trusted here: NO",
                "a root that the run knows signed it: not observed, nobody was shown s",
            ],
        ),
        (
            "certificate has expired or is not yet valid: current time 2026 is before 2027",
            ["it is valid already: NO", f"{AGREE}: not observed, no clock was read"],
        ),
        (
            "certificate has expired or is not yet valid: current time 2026 is after 2025",
            ["it is valid long enough: NO", f"{AGREE}: not observed, no clock was read"],
        ),
    ],
)
def test_what_clients_say_of_a_certificate(words: str, rungs: list[str]) -> None:
    red = Said("REACH-022", "s", f"not ready: tls: failed to verify certificate: x509: {words}")
    first, *rest = rungs
    assert walked(red) == [f"{first}, its client says: x509: {words}", *rest]


def test_what_is_about_no_certificate_is_not_walked() -> None:
    for red in (
        Said("L2-004", "control/vault", "nobody"),
        Said("REACH-001", "metrics: tcp", "timed out is after all"),
        Said("REACH-001", "metrics: name", "the name does not resolve: no such name"),
        Said("ING-002", "shop.test certificate from runner", "refused at tcp"),
        Said("REACH-022", "s", "not ready: x509: unhandled critical extension"),
    ):
        assert not about_certificate(red)
        assert walked(red) == []


# --- in the recorded run --------------------------------------------------------------------------


def mesh_leaf(start: float = -86400.0, end: float = 864000.0) -> Facts:
    return but(
        "app/app1 (at its pod|through its east-west gateway)",
        showing(
            lambda at: OLD.leaf(
                uri="spiffe://cluster.local/ns/apps/sa/app1",
                start=at - NOW + start,
                end=at - NOW + end,
            )
        ),
    )


def test_a_workload_of_another_root() -> None:
    """IS-01: the chain is the stranger's, and is told apart from one that has expired."""
    found = [line for line in incidents_of(mesh_leaf(), "mtls", "time") if "way:" in line]
    assert found == [
        "    way: it leads to a root that is trusted here: NO, issued by old-ca, a stranger",
        "    way: it is valid already: yes, valid until 2026-12-08 10:55:11 UTC",
        "    way: it is valid long enough: yes, valid until 2026-12-08 10:55:11 UTC",
        "    way: a root that the run knows signed it: NO, none did",
    ]


def test_members_of_two_roots() -> None:
    """IS-01: that the roots of the members differ comes before the chains that lead to them."""
    facts = with_facet(mesh_leaf(), "control", "mesh_roots", (("istio-system", OLD.pem),))
    told_of = incidents_of(facts, "mtls")
    assert next(line for line in told_of if not line.startswith("    ")).startswith(
        "MTLS-003 app mesh root: expected one root, that of control: "
    )


def test_clocks_of_nodes_come_before_the_dates_of_workloads() -> None:
    plan = base.topology()
    node = next(one for one in plan.nodes if one.cluster == "app")
    assert plan.mesh is not None
    workload = next(one for one in plan.mesh.workloads if one.cluster == "app")
    off = Said("TIME-003", str(node), "60 s ahead", takes=takes("TIME-003", node))
    date = Said(
        "MTLS-004",
        "app/app1 at its pod from pods-app validity",
        "not valid before 2027",
        needs=tuple(sorted(needs(workload, plan))),
        takes=takes("MTLS-004", workload),
    )
    (found,) = incidents([off, date])
    assert (found.cause, found.consequences) == (off, (date,))
    evidence = Evidence(
        topology=plan, clusters={}, wire={}, announcers=lambda *_: (), claims=(off, date)
    )
    one = in_words(found, plan, evidence)
    assert one.way[0] == (
        "MTLS-004 app/app1 at its pod from pods-app validity: it is valid already: NO, not valid "
        "before 2027"
    )
    assert "  - way: it is valid long enough: yes" in list(nested(lines([one])))


# --- who signed -----------------------------------------------------------------------------------

ASKED = ("runner", "https shop.test at 192.0.2.9 port 443")
WORDS = "shop.test certificate issuer: issued by old-ca, which leads to none"
NEAR = ("address:192.0.2.9",)
FACTS = facts_for(world())


def shown(*chain: bytes, peer: str = "192.0.2.9", trust: dict[str, str] | None = None) -> Answers:
    reply = replace(http(200), tls=shows(*chain), peer=peer)
    return told({ASKED: reply, ("runner", "no TLS"): http(200)}, trust)


def test_the_root_that_signed_is_named_wherever_it_is_known_from() -> None:
    leaf = OLD.leaf("shop.test")
    assert signers(shown(leaf), FACTS, WORDS, NEAR) == ()
    trust = {"mine": OLD.pem, "broken": "no PEM"}
    identity = FACTS["app"].identity.value
    app = replace(
        FACTS["app"],
        identity=seen(replace(identity, ca=OLD.pem)),
        mesh_roots=seen((("a", OLD.pem), ("b", OLD.pem), ("c", MESH.pem))),
    )
    assert signers(shown(leaf, trust=trust), {"app": app}, WORDS, NEAR) == (
        "CA bundle mine",
        "the API's CA of app",
        "the mesh root of app",
    )


def test_one_that_signed_itself_is_seen() -> None:
    der = certificate_of(OLD)
    assert signers(shown(der), {}, WORDS, NEAR) == ("itself",)
    assert [self_signed(one) for one in read(shows(der, OLD.leaf("a")).chain)] == [True, False]


def certificate_of(authority: Root) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return authority.certificate.public_bytes(Encoding.DER)


def test_only_what_the_claim_is_about_is_looked_at() -> None:
    leaf, parts = OLD.leaf("shop.test"), ("path:pods:app>reservation:control/vault",)
    for answers, words, near in (
        (shown(leaf, peer="192.0.2.8"), WORDS, NEAR),
        (shown(leaf), WORDS.replace("old-ca", "other"), NEAR),
        (shown(b"no certificate"), WORDS, NEAR),
        (unusable(shown(leaf), "runner", "no pod"), WORDS, NEAR),
    ):
        with pytest.raises(NotObserved, match="the run holds no certificate of it"):
            signers(answers, {}, words, near)
    talk = replace(http(200), tls=shows(leaf), peer="192.0.2.7")
    asked = told({("runner", "talk to reservation:control/vault port 8200/TCP"): talk})
    assert signers(asked, {}, WORDS, parts) == ()
    named = f"{ASKED[1]} from runner: issued by old-ca, a stranger"
    assert signers(shown(leaf, peer="192.0.2.8"), {}, named, ()) == ()
