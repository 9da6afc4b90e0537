"""What several judges say alike: how a conversation broke, what was answered, certificates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from trueline.codec import http, x509
from trueline.model.claim import Claim, holds
from trueline.model.probe import Answer, Reply
from trueline.model.source import Source

_SHOWN = 60  # characters of a body that was not expected
ENVOY_SHOWN = 240  # and of one that Envoy wrote: the reason for a reset stands at its end
STAND_IN = "a stand-in proves nothing of the product"


def broken(reply: Reply) -> str:
    """The first rung that did not hold, and how: `refused at tcp`."""
    if reply.outcome == "unreachable":
        return "no route"
    if reply.outcome == "unresolved":
        return f"the name does not resolve: {reply.detail}"
    if reply.outcome == "tls failed":
        return f"tls failed: {reply.detail}"
    if reply.outcome in ("answered", "connected"):
        return reply.outcome
    rung = "the answer" if reply.broke in ("", "answer") else reply.broke
    detail = f": {reply.detail}" if reply.detail and reply.outcome in ("reset", "failed") else ""
    return f"{reply.outcome} at {rung}{detail}"


def described(answer: http.HttpAnswer, *, most: int = _SHOWN) -> str:
    """An HTTP answer that nobody expected, with the first `most` characters of its body."""
    server = answer.headers.get("server")
    start = " ".join(answer.text[:most].split())
    by = f" from {server}" if server else ""
    return f"HTTP {answer.status}{by}" + (f": {start}" if start else "")


def certificate(
    subject: str,
    answer: Answer,
    *,
    name: str | None,
    roots: Sequence[x509.Certificate] | None,
    left: float,
    at: Source,
    evidence: tuple[str, ...],
) -> Iterator[Claim]:
    """Claims on what a server showed: its name, its dates, and the CA that it leads to.

    `answer` must hold a handshake. `name` and `roots` are None where the plan leaves them open;
    `left` is how many seconds it must still be valid, by the clock of the vantage point.
    """
    shown = answer.last.tls.chain if answer.last.tls is not None else ()
    try:
        chain = x509.chain(shown)
    except x509.NoCertificate as error:
        yield holds(subject, False, expected="a certificate", observed=str(error), at=at)
        return
    if not chain:
        yield holds(subject, False, expected="a certificate", observed="none", at=at)
        return
    leaf = chain[0]
    if name is not None:
        yield holds(
            f"{subject} name",
            x509.covers(leaf, name),
            expected=name,
            observed=set(leaf.names),
            at=at,
            evidence=evidence,
        )
    if roots is not None:
        root = x509.root_of(chain, roots)
        yield holds(
            f"{subject} issuer",
            root is not None,
            expected=f"a chain to {' or '.join(sorted({item.subject for item in roots}))}",
            observed=root.subject if root else f"issued by {chain[-1].issuer}, which leads to none",
            at=at,
            evidence=evidence,
        )
    valid = leaf.not_before <= answer.at and answer.at + left <= leaf.not_after
    yield holds(
        f"{subject} validity",
        valid,
        expected=f"valid, and for {left:.0f} s more",
        observed=_validity(leaf, answer.at),
        at=at,
        evidence=evidence,
    )


def _validity(leaf: x509.Certificate, now: float) -> str:
    if now < leaf.not_before:
        return f"not valid before {moment(leaf.not_before)}"
    if now > leaf.not_after:
        return f"expired at {moment(leaf.not_after)}"
    return f"valid until {moment(leaf.not_after)}"


def moment(seconds: float) -> str:
    """A moment, seconds since the epoch, as a reader sees it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
