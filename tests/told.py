"""Answers as values: what vantage points were told, for tests of the judges.

answers = told({("runner", "name of the question"): connected()})
answers = unusable(answers, "runner", "no pod")          # one vantage point that cannot be used
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from trueline.model.check import Check
from trueline.model.observation import Observation, Unobserved
from trueline.model.probe import Answer, Answers, Reply, Tls

NOW = 1_763_000_000.0


def reply(outcome: str, reached: str | None, broke: str = "", **more: Any) -> Reply:
    """A reply; `received` may be given as bytes."""
    if isinstance(more.get("received"), bytes):
        more["received"] = base64.b64encode(more["received"]).decode()
    more.setdefault("seconds", {})
    return Reply(outcome=outcome, reached=reached, broke=broke, **more)  # type: ignore[arg-type]


def connected(**more: Any) -> Reply:
    """A connection that was taken."""
    return reply("connected", "tcp", local="10.245.0.5", **more)


def refused() -> Reply:
    """A connection that was refused at once."""
    return reply("refused", "route", "tcp")


def timed_out() -> Reply:
    """A connection that nobody answered."""
    return reply("timed out", "route", "tcp")


def http(status: int, body: str = "", *, tls: Tls | None = None, **headers: str) -> Reply:
    """An HTTP answer; header names are written with underscores."""
    lines = [f"HTTP/1.1 {status} Any", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    data = ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
    return reply("answered", "answer", received=data, tls=tls)


def shows(*chain: bytes, version: str = "TLSv1.3") -> Tls:
    """A handshake in which a server showed these certificates (DER)."""
    return Tls(
        version=version, alpn=None, chain=tuple(base64.b64encode(item).decode() for item in chain)
    )


def told(
    replies: Mapping[tuple[str, str], Reply | Answer], trust: Mapping[str, str] | None = None
) -> Answers:
    """What was answered, by (vantage point, name of the question); `trust` is PEM by name."""
    views: dict[str, dict[str, Answer]] = {}
    for (vantage, name), given in replies.items():
        one = given if isinstance(given, Answer) else Answer(replies=(given,), at=NOW)
        views.setdefault(vantage, {})[name] = one
    return Answers(
        nonce="n0",
        views={
            name: Observation(value=view, at=NOW, source="probes", vantage=name)
            for name, view in views.items()
        },
        trust={
            name: Observation(value=pem, at=NOW, source="file", vantage="this host")
            for name, pem in (trust or {}).items()
        },
    )


def unusable(answers: Answers, vantage: str, why: str) -> Answers:
    """The same answers, but for one vantage point that cannot be used."""
    gap = Unobserved(reason=why, at=NOW, source="probes", vantage=vantage)
    return replace(answers, views={**answers.views, vantage: gap})


def lines(check: Check, subject: object, *evidence: Any) -> list[str]:
    """`VERDICT subject: expected | observed`, one for each claim."""
    return [
        f"{claim.verdict.name} {claim.subject}: {claim.expected} | {claim.observed}"
        for claim in check(subject, *evidence).claims
    ]
