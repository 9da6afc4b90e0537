"""How conversations and certificates are told, whoever judges them."""

from __future__ import annotations

import pytest

from tests.certificates import root
from tests.told import NOW, connected, refused, reply, shows, timed_out
from tests.worlds import at
from trueline.checks import shown
from trueline.model.probe import Answer, Reply, Tls


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (connected(), "connected"),
        (refused(), "refused at tcp"),
        (timed_out(), "timed out at tcp"),
        (reply("unreachable", "resolve", "route"), "no route"),
        (
            reply("unresolved", None, "resolve", detail="no such name"),
            "the name does not resolve: no such name",
        ),
        (reply("tls failed", "tcp", "tls", detail="EXPIRED"), "tls failed: EXPIRED"),
        (reply("reset", "tcp", "tls", detail="by peer"), "reset at tls: by peer"),
        (reply("silent", "tcp", "answer", detail="closed"), "silent at the answer"),
        (reply("silent", "tcp", "", detail="closed"), "silent at the answer"),
        (reply("failed", "tcp", "tls", detail="no memory"), "failed at tls: no memory"),
    ],
)
def test_the_first_rung_that_did_not_hold(given: Reply, said: str) -> None:
    assert shown.broken(given) == said


@pytest.mark.parametrize(
    ("tls", "said"),
    [
        (None, "none"),
        (shows(), "none"),
        (shows(b"garbage"), "no certificate: error parsing asn1 value"),
    ],
)
def test_what_cannot_be_read_is_no_certificate(tls: Tls | None, said: str) -> None:
    answer = Answer(replies=(reply("connected", "tls", tls=tls),), at=NOW)
    (claim,) = shown.certificate(
        "it", answer, name="a", roots=None, left=0.0, at=at(1), evidence=()
    )
    assert claim.verdict.value == "fail"
    assert claim.expected == "a certificate"
    assert claim.observed.startswith(said)


@pytest.mark.parametrize(
    ("start", "end", "verdict", "said"),
    [
        (0.0, 60.0, "pass", "valid until 2025-11-13 02:14:20 UTC"),
        (1.0, 60.0, "fail", "not valid before 2025-11-13 02:13:21 UTC"),
        (-60.0, 59.0, "fail", "valid until 2025-11-13 02:14:19 UTC"),
        (-60.0, 0.0, "fail", "valid until 2025-11-13 02:13:20 UTC"),
        (-60.0, -1.0, "fail", "expired at 2025-11-13 02:13:19 UTC"),
    ],
)
def test_a_certificate_is_valid_up_to_its_very_ends(
    start: float, end: float, verdict: str, said: str
) -> None:
    made = shows(root("any").leaf("a", start=start, end=end))
    answer = Answer(replies=(reply("connected", "tls", tls=made),), at=NOW)
    (claim,) = shown.certificate(
        "it", answer, name=None, roots=None, left=60.0, at=at(1), evidence=()
    )
    assert (claim.verdict.value, claim.observed) == (verdict, said)
