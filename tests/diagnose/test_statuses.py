"""Each answer that the table knows is told in exactly these words, and no other is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.diagnose.reds import Red
from tests.diagnose.searching import PLAN
from trueline.diagnose.incidents import incidents
from trueline.diagnose.ladder import takes
from trueline.diagnose.parts import needs
from trueline.diagnose.statuses import TABLE, _read, _step, meaning
from trueline.diagnose.telling import lines, told
from trueline.model.subject import SUBJECTS

GOLDEN = Path(__file__).with_name("statuses.txt")
RESET = "upstream connect error or disconnect/reset before headers. reset reason: "
VERIFY = "|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED"
VERSION = "|268435703:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER"
ARRIVING = ("REACH-010", "metric_delivery", "prometheus from app/monitoring")
METRICS = ("REACH-011", "metric_delivery", "prometheus from app/monitoring write")
LINE = ("REACH-013", "log_delivery", "loki from app/logging write")
SPAN = ("REACH-015", "span_delivery", "tempo from app/tracing by HTTP: sent")
LOGIN = ("REACH-020", "access", "vault by kubernetes-app as canary: log in")
SECRET = ("REACH-020", "access", "vault by kubernetes-app as canary: read secret/data/canary")
SYNCED = ("REACH-022", "synced_secret", "external-secrets/canary in app")
DEPLOYED = ("REACH-030", "application", "argocd/guestbook in app")
OPENED = ("REACH-001", "flow", "a browser opens Argo CD: application")
HOST = ("ING-001", "route", "store.app.local from runner")
CALL = ("MTLS-008", "workload", "mesh-control to app/app1")
ROWS: tuple[tuple[tuple[str, str, str], str], ...] = (
    (METRICS, "HTTP 404: the receiver is off (--web.enable-remote-write-receiver)"),
    (METRICS, "HTTP 404: 404 page not found"),
    (METRICS, "HTTP 404 from nginx: not here"),
    (METRICS, "HTTP 404 from istio-envoy: 404 page not found"),
    (METRICS, "HTTP 404: <!DOCTYPE html><title>Welcome"),
    (METRICS, 'HTTP 403: { "kind": "Status", "apiVersion": "v1"'),
    (METRICS, 'HTTP 404: {"errors":[]}'),
    (METRICS, "HTTP 401: no org id"),
    (METRICS, "HTTP 503 from envoy: no healthy upstream"),
    (METRICS, f"HTTP 503: {RESET}connection failure"),
    (METRICS, "HTTP 404: default backend - 404"),
    (METRICS, "HTTP 400, which senders drop for good: out of order sample"),
    (METRICS, "HTTP 400, which senders drop for good: duplicate sample for timestamp"),
    (METRICS, "HTTP 400, which senders drop for good: too old sample"),
    (METRICS, "HTTP 400, which senders drop for good: out of bounds"),
    (METRICS, "HTTP 400, which senders drop for good: snappy: corrupt input"),
    (METRICS, "HTTP 401: Unauthorized"),
    (METRICS, "HTTP 429: too many requests"),
    (ARRIVING, "HTTP 503: Service Unavailable"),
    (LINE, "HTTP 260, ingestion is blocked, though the status looks like success: ingestion "
     "blocked for user app until '2027' with status code '260'"),
    (LINE, "HTTP 400, refused for good: entry for stream has timestamp too old"),
    (LINE, "HTTP 400, refused for good: entry for stream has timestamp too new"),
    (LINE, "HTTP 400, refused for good: entry too far behind"),
    (LINE, "HTTP 400, refused for good: error at least one label pair is required per stream"),
    (LINE, "HTTP 401, no tenant was named: no org id"),
    (LINE, "HTTP 404, there is no such path: 404 page not found"),
    (LINE, 'HTTP 404, there is no such path: {"status":"error","errorType":"not_found"}'),
    (LINE, "HTTP 429, rate limited: ingestion rate limit exceeded for user app"),
    (LINE, "HTTP 500: empty ring"),
    (("REACH-012", "log_delivery", "loki from app/logging"), "HTTP 401: no org id"),
    (SPAN, "HTTP 401: no org id"),
    (SPAN, "HTTP 404: 404 page not found"),
    (SPAN, "HTTP 429: rate limited"),
    (("REACH-015", "span_delivery", "tempo from app/tracing by HTTP: found"),
     "HTTP 401: no org id after 15 s"),
    (LOGIN, "HTTP 403: permission denied"),
    (LOGIN, "HTTP 403: service account name not authorized"),
    (LOGIN, "HTTP 403: namespace not authorized"),
    (LOGIN, "HTTP 403: invalid issuer (iss) claim"),
    (LOGIN, "HTTP 403: invalid audience (aud) claim"),
    (LOGIN, "HTTP 403: invalid expiration time (exp) claim: token is expired"),
    (LOGIN, "HTTP 403: invalid not before (nbf) claim: token not yet valid"),
    (LOGIN, "HTTP 403: invalid issued at (iat) claim: token issued in the future"),
    (LOGIN, 'HTTP 400: invalid role name "canary"'),
    (LOGIN, "HTTP 400: missing jwt"),
    (LOGIN, 'HTTP 404: no handler for route "auth/kubernetes-app/login". route entry not found.'),
    (LOGIN, "HTTP 500: could not load backend configuration"),
    (LOGIN, "HTTP 500: internal error"),
    (LOGIN, "HTTP 503: Vault is sealed"),
    (SECRET, "HTTP 403"),
    (SECRET, "HTTP 404"),
    (SYNCED, "not ready: InvalidProviderConfig: URL: PUT http://v/v1/auth/kubernetes-app/login "
     'Code: 400. Errors: * invalid role name "eso"'),
    (SYNCED, "not ready: SecretSyncedError: URL: GET http://v/v1/secret/data/canary Code: 403. "
     "Errors: * permission denied"),
    (DEPLOYED, "Unknown and Missing (ComparisonError: failed to load live state: the server has "
     "asked for the client to provide credentials)"),
    (DEPLOYED, 'OutOfSync and Missing (SyncError: deployments.apps is forbidden: User "s" cannot '
     "create resource)"),
    (OPENED, "HTTP 401: unauthorized"),
    (OPENED, "HTTP 403 from istio-envoy: RBAC: access denied"),
    (OPENED, "HTTP 502 from nginx: <html>"),
    (OPENED, "HTTP 401: <!doctype html><html"),
    (HOST, "HTTP 404 from istio-envoy"),
    (HOST, "HTTP 404 from istio-envoy: not found: /"),
    (HOST, "HTTP 503 from istio-envoy: no healthy upstream"),
    (HOST, f"HTTP 503 from istio-envoy: {RESET}connection termination"),
    (HOST, f"HTTP 503 from istio-envoy: {RESET}remote connection failure, transport failure "
     "reason: delayed connect error: 111"),
    (HOST, f"HTTP 503 from istio-envoy: {RESET}connection timeout"),
    (HOST, f"HTTP 503 from istio-envoy: {RESET}overflow"),
    (HOST, f"HTTP 503 from istio-envoy: {RESET}protocol error"),
    (HOST, "HTTP 503 from istio-envoy"),
    (HOST, "HTTP 503 from istio-envoy: in maintenance"),
    (CALL, f"HTTP 503: {RESET}remote connection failure, transport failure reason: TLS_error:"
     f"{VERIFY}"),
    (CALL, f"HTTP 503: {RESET}remote connection failure, transport failure reason: TLS_error:"
     f"{VERSION}"),
    (CALL, "HTTP 403: RBAC: access denied"),
    (CALL, "HTTP 404:"),
)  # fmt: skip


def red(whose: tuple[str, str, str], observed: str) -> Red:
    """A red about the subject of the recorded plan that the claim's subject names."""
    requirement, entity, subject = whose
    (mine,) = (one for one in SUBJECTS[entity](PLAN) if str(one) in subject)
    return Red(
        requirement=requirement,
        subject=subject,
        observed=observed,
        needs=tuple(sorted(needs(mine, PLAN))),
        takes=takes(requirement, mine),
    )


def said(row: tuple[tuple[str, str, str], str]) -> str:
    """What a reader is told, with the first command alone."""
    (incident,) = incidents([red(*row)])
    one = told(incident, PLAN)
    return "\n".join(lines([replace(one, look=one.look[:1] if one.says else (), mend=())]))


def test_every_answer_is_told_in_these_words() -> None:
    assert "\n".join(map(said, ROWS)) + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_a_red_without_a_status_or_with_one_that_nobody_knows_is_told_by_its_text() -> None:
    for row in (
        (METRICS, "timed out at tcp"),
        (METRICS, "HTTP 418: short and stout"),
        (("L2-004", "reservation", "control/vault"), "HTTP 404: nobody"),
        (("REACH-001", "flow", "Argo CD uses Redis: application"), "HTTP 404: no"),
        (("REACH-001", "flow", "Argo CD uses Redis: application"), "HTTP 401: unauthorized"),
        (("REACH-001", "flow", "a browser opens Argo CD: tls"), "HTTP 401: unauthorized"),
        (("VM-001", "flow", "a browser opens Argo CD: application"), "HTTP 401: unauthorized"),
    ):
        assert said(row) == red(*row).line


@pytest.mark.parametrize(
    ("observed", "read"),
    [
        (
            "URL: PUT http://v Code: 403. Errors: * denied",
            (403, "", "URL: PUT http://v Code: 403. Errors: * denied"),
        ),
        ("HTTP 403 from nginx: denied", (403, "nginx", "denied")),
        ("HTTP 403", (403, "", "")),
        ("timed out at tcp", None),
    ],
)
def test_a_status_is_read_with_what_was_said_about_it(
    observed: str, read: tuple[int, str, str] | None
) -> None:
    assert _read(observed) == read


def test_every_meaning_of_the_table_is_reached() -> None:
    reached = []
    for row in ROWS:
        one = red(*row)
        whose, answer = _step(one, PLAN), _read(one.observed)
        assert whose is not None
        assert answer is not None
        reached.append(meaning(*whose, answer[0], answer[2]))
    for key, meanings in TABLE.items():
        for one_meaning in meanings:
            assert one_meaning in reached, (key, one_meaning.body)
            assert one_meaning.says.endswith(".")
            assert one_meaning.source
