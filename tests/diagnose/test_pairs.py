"""Pairs that look alike and must be told apart: each side is put into the recorded run.

What a reader is told first of each side has to differ, and to say by what.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import replace

import dns.message
import dns.rcode

from tests.certificates import root
from tests.diagnose.searching import (
    ahead,
    answering,
    but,
    incidents_of,
    saying,
    showing,
    trusting,
)
from tests.recorded import base, registry
from tests.recorded.altering import told, with_facet
from tests.told import NOW, http, reply, timed_out
from trueline.compare.facts import Facts
from trueline.model.probe import Answer, Reply

Change = Callable[[Answer], Answer]

OLD = root("old-ca")
API = r"clock of (192\.168\.64\.(9|20) port 6443|10\.97\.0\.1 port 443).*"
NAMES = ("10.97.0.1", "192.168.64.20", "192.168.64.9", "api.app.local")
STORE = r"https store\.app\.local at .*"


def leaf(*names: str, start: float = -86400.0, end: float = 864000.0) -> Change:
    """A certificate of OLD is shown; `start` and `end` are seconds from the answer."""
    return showing(lambda at: OLD.leaf(*names, start=at - NOW + start, end=at - NOW + end))


def heads(told: list[str]) -> list[str]:
    """The lines of causes without what was declared, expected and advised."""
    return [
        re.sub(r" \(topology\.yaml.*", "", line)
        for line in told
        if not line.startswith("    ") or line.startswith(("    way:", "    says:"))
    ]


# --- x509 -----------------------------------------------------------------------------------------

NAMED = "    way: the certificate carries the name that it is asked for: "
BEGUN = "    way: it is valid already: "
LASTS = "    way: it is valid long enough: "
AGREE = "    way: the clocks that it is judged by agree: "
AGREED = f"{AGREE}yes, 29 of 29 readings are within the budget"
WHOSE = "certificate of API 192.168.64.9 of app as api.app.local at runner"
CARRIED = f"{NAMED}yes, {{{', '.join(NAMES)}}}"


def api(change: Change) -> list[str]:
    return heads(incidents_of(but(API, change), "clusters", "time"))


def test_x509_a_name_that_is_missing() -> None:
    assert api(leaf("old.test")) == [
        f"CLU-006 {WHOSE}: expected api.app.local, observed {{old.test}}",
        f"{NAMED}NO, {{old.test}}",
        f"{BEGUN}yes, valid since 2026-11-27 10:55:01 UTC",
        f"{LASTS}yes, leaf is valid until 2026-12-08 10:55:01 UTC",
    ]


def test_x509_expired_where_the_clocks_agree() -> None:
    assert api(leaf(*NAMES, end=-3600)) == [
        f"TIME-011 {WHOSE}: expected valid for 3600 s more, observed leaf has expired at "
        "2026-11-28 09:55:01 UTC",
        CARRIED,
        f"{BEGUN}yes, valid since 2026-11-27 10:55:01 UTC",
        f"{LASTS}NO, leaf has expired at 2026-11-28 09:55:01 UTC",
        AGREED,
    ]


def test_x509_not_valid_yet_where_the_clocks_agree() -> None:
    assert api(leaf(*NAMES, start=7000)) == [
        f"TIME-010 {WHOSE}: expected valid already, observed leaf is valid from "
        "2026-11-28 12:51:41 UTC, in 7000 s",
        CARRIED,
        f"{BEGUN}NO, leaf is valid from 2026-11-28 12:51:41 UTC, in 7000 s",
        f"{LASTS}yes, leaf is valid until 2026-12-08 10:55:01 UTC",
        AGREED,
    ]


def test_x509_not_valid_yet_because_of_a_clock() -> None:
    """The clock of the API's machine is two hours ahead, and issued the certificate by it."""
    off = "API 192.168.64.9 of app and runner"
    told = api(lambda answer: ahead(7200)(leaf(*NAMES, start=7000)(answer)))
    assert told == [
        f"TIME-001 {off}: expected within 5 s, observed 7198.1 s ahead, give or take 2.0 s",
        f"    way: TIME-010 {WHOSE}: {CARRIED.removeprefix('    way: ')}",
        f"{BEGUN}NO, leaf is valid from 2026-11-28 12:51:41 UTC, in 7000 s",
        f"{LASTS}yes, leaf is valid until 2026-12-08 10:55:01 UTC",
        f"{AGREE}NO, TIME-001 {off}: 7198.1 s ahead, give or take 2.0 s",
    ]


def test_x509_a_root_that_is_a_stranger_and_who_it_is() -> None:
    told = [
        "ING-002 store.app.local certificate from runner issuer: expected a chain to edge-ca, "
        "observed issued by old-ca, which leads to none",
        f"{NAMED}yes, {{store.app.local}}",
        "    way: it leads to a root that is trusted here: NO, issued by old-ca, which leads to "
        "none",
        f"{BEGUN}yes, valid until 2026-12-08 10:55:03 UTC",
        f"{LASTS}yes, valid until 2026-12-08 10:55:03 UTC",
    ]
    strange = but(STORE, leaf("store.app.local"))
    signed = "    way: a root that the run knows signed it: "
    assert heads(incidents_of(strange, "ingress")) == [*told, f"{signed}NO, none did"]
    known = trusting(strange, "old", OLD.pem)
    assert heads(incidents_of(known, "ingress")) == [*told, f"{signed}yes, CA bundle old"]


# --- 403 from Vault -------------------------------------------------------------------------------

LOGIN = "REACH-020 vault by kubernetes-app as canary: "
REFUSED = f"{LOGIN}log in: expected a token of Vault, observed HTTP 403: "


def vault(step: int, body: str) -> list[str]:
    """The workload is answered 403 at one step; strangers are refused as ever."""
    question = "log in at vault by kubernetes-app as canary"

    def change(vantage: str, name: str, answer: Answer) -> Answer:
        if (vantage, name) != ("secrets-app", question):
            return answer
        return replace(answer, replies=(*answer.replies[:step], http(403, body)))

    return heads(incidents_of(told(base.facts(), change), "reach"))


def test_vault_403_at_the_login_and_at_the_reading() -> None:
    assert vault(0, '{"errors": ["permission denied"]}') == [
        f"{REFUSED}permission denied",
        "    says: Vault names the role, the service account, the namespace or a claim of the "
        "token where one is wrong, and names none here; a policy is asked after the login. These "
        "are ruled out. Left are the mount, if it is there, and its TokenReview: with log level "
        "debug, Vault tells what the cluster's API said to it (login unauthorized).",
    ]
    assert vault(0, '{"errors": ["invalid issuer (iss) claim"]}') == [
        f"{REFUSED}invalid issuer (iss) claim",
        "    says: Mount and role are there: the mount wants another issuer than the token has, "
        "and no TokenReview was made.",
    ]
    assert vault(0, '{"errors": ["invalid expiration time (exp) claim: token is expired"]}') == [
        f"{REFUSED}invalid expiration time (exp) claim: token is expired",
        "    says: By Vault's clock the token has expired, so the mount, the role and the way are "
        "right: look at the clocks.",
    ]
    assert vault(1, "") == [
        f"{LOGIN}read secret/data/canary: expected HTTP 200, observed HTTP 403",
        "    says: The login gave a token, so the mount, its API, its CA and its reviewer are "
        "right: the policy of the role does not allow this path.",
    ]


# --- metrics missing ------------------------------------------------------------------------------

WRITE = "write into prometheus for pods:app/monitoring"
WRITTEN = "REACH-011 prometheus from app/monitoring write: expected HTTP 200 or 204, observed HTTP "


def metrics(status: int, body: str, **headers: str) -> list[str]:
    return heads(incidents_of(saying(WRITE, status, body, **headers), "reach"))


def test_metrics_missing_by_who_answers_and_what() -> None:
    flag = "remote write receiver needs to be enabled with --web.enable-remote-write-receiver"
    assert metrics(404, flag) == [
        f"{WRITTEN}404: the receiver is off (--web.enable-remote-write-receiver)",
        "    says: It is Prometheus that answers, for it names its own flag: name, address and way "
        "are right, and its receiver is off.",
    ]
    assert metrics(400, "out of order sample") == [
        f"{WRITTEN}400, which senders drop for good: out of order sample",
        "    says: The way and the receiver are well. It holds a newer sample of the very same "
        "series: look for a second sender with these labels, and at the sender's clock.",
    ]
    assert metrics(404, "<html>not found</html>", Server="nginx") == [
        f"{WRITTEN}404 from nginx: <html>not found</html>",
        "    says: The answer is not Prometheus's: nginx gave it.",
    ]
    port = "reservation:control/prometheus port 9090/TCP"
    silent = answering(f"{WRITE}|talk to {port}", timed_out())
    assert heads(incidents_of(silent, "reach")) == [
        "REACH-001 a browser opens Prometheus: tcp: expected a connection to 192.168.64.101 port "
        "9090, observed timed out at tcp",
    ]


# --- DNS fails ------------------------------------------------------------------------------------


def at(facts: Facts, vantage: str, asked: str, change: Change) -> Facts:
    return told(
        facts,
        lambda where, name, answer: (
            change(answer) if where == vantage and re.fullmatch(asked, name) else answer
        ),
    )


def unresolved(why: str) -> Change:
    return lambda answer: replace(answer, replies=(reply("unresolved", None, detail=why),))


def denied(answer: Answer) -> Answer:
    def one(said: Reply) -> Reply:
        message = dns.message.from_wire(base64.b64decode(said.received))
        message.answer = []
        message.set_rcode(dns.rcode.NXDOMAIN)
        return replace(said, received=base64.b64encode(message.to_wire()).decode())

    return replace(answer, replies=tuple(map(one, answer.replies)))


def silenced(answer: Answer) -> Answer:
    return replace(answer, replies=(timed_out(),))


def no_stub_zone() -> Facts:
    """DN-01."""
    zone = r"\S*control\.local"
    facts = at(base.facts(), "pods-app", rf"{zone} (A|SOA)\b.* at 10\.(245|97)\..*", denied)
    return at(
        facts, "pods-app", rf"{zone} by the resolver", unresolved("Name or service not known")
    )


def no_endpoints() -> Facts:
    """DN-10."""
    service = r".* at 10\.97\.0\.10 .*|own service 10\.97\.0\.10 port 53"
    facts = at(base.facts(), "pods-app", service, silenced)
    facts = at(facts, "pods-app", ".* by the resolver", unresolved("Temporary failure"))
    ends = facts.clusters["app"].endpoints.value
    left = tuple(item for item in ends if item.service != "kube-system/kube-dns")
    return with_facet(facts, "app", "endpoints", left)


def test_dns_fails_by_rcode_by_zone_and_by_where_it_is_asked() -> None:
    host = at(
        base.facts(),
        "runner",
        r"\S*\.local by the resolver",
        unresolved("Name or service not known"),
    )  # DN-08
    _, tunnels = registry.every()["FL-01"].change(base.topology(), base.facts())  # as FL-02
    assert [
        heads(incidents_of(facts, "clusters", "dns"))
        for facts in (no_stub_zone(), no_endpoints(), host, tunnels)
    ] == [
        [
            "DNS-005 control.local at DNS Service 10.97.0.10 of app: expected its SOA, observed "
            "NXDOMAIN"
        ],
        ["CLU-051 app/kube-system/kube-dns: expected a ready endpoint, observed no ready endpoint"],
        [
            "DNS-004 resolver of runner: expected some name resolves, observed none of 18: Name "
            "or service not known"
        ],
        [
            "CLU-061 app/app-m1: expected every other node answers through its tunnel, observed "
            "app-w1 (10.245.1.0): timed out at tcp; app-w2 (10.245.2.0): timed out at tcp"
        ],
    ]
