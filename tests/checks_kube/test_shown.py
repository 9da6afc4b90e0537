"""How conversations and certificates are told, whoever judges them."""

from __future__ import annotations

import pytest

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
    assert claim.observed.startswith(said)
