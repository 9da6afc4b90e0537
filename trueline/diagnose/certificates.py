"""What of a certificate fails: its name, its root, its begin or its end; and what tells why.

The judges have measured each of these already. This walk puts their claims about one certificate
side by side, and asks of each that fails what tells its causes apart: the clocks where a date
fails, whoever signed where the root is a stranger, the names that it has where one is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from trueline.diagnose.evidence import Claimed, Evidence, Rung
from trueline.diagnose.incidents import Red
from trueline.model.observation import NotObserved

_NAME = "the certificate carries the name that it is asked for"
_ROOT = "it leads to a root that is trusted here"
_BEGUN = "it is valid already"
_LASTING = "it is valid long enough"
_ASPECTS = (_NAME, _ROOT, _BEGUN, _LASTING)
_DATES = (_BEGUN, _LASTING)

# Requirements whose claims are each about one aspect; those among whose claims are some of
# `trueline.checks.shown.certificate`, with what their subjects hold then, and how these end.
_WHOLE = {"CLU-006": _NAME, "MTLS-002": _ROOT, "TIME-010": _BEGUN, "TIME-011": _LASTING}
_MEASURED = {
    "ING-002": " certificate ",
    "MTLS-004": " from ",
    "REACH-001": ": certificate ",
    "REACH-003": ": certificate ",
}
_ENDINGS = {" name": (_NAME,), " issuer": (_ROOT,), " validity": _DATES}
_NOT_YET = "not valid before"
CLOCKS = ("TIME-001", "TIME-002", "TIME-003", "TIME-004")

# What clients written in Go say of a certificate (crypto/x509, verify.go).
_SAID = (
    ("x509: certificate is valid for ", _NAME),
    ("x509: certificate is not valid for any names", _NAME),
    ("x509: cannot validate certificate for ", _NAME),
    ("x509: certificate signed by unknown authority", _ROOT),
    (" is before ", _BEGUN),
    (" is after ", _LASTING),
)


def about_certificate(red: Red) -> bool:
    """Whether a red says that a certificate fails."""
    return bool(_aspects(red)) or _said(red) is not None


def certificate(red: Red, evidence: Evidence) -> tuple[Rung, ...]:
    """What of the certificate of a red holds and what does not, then what tells why.

    Nothing where the red is about no certificate.
    """
    said = _said(red)
    if said is not None:
        rungs = [Rung(what=said[0], holds=False, seen=f"its client says: {said[1]}")]
    else:
        rungs = list(_measured(red, evidence.claims)) if _aspects(red) else []
    failing = {rung.what for rung in rungs if rung.holds is False}
    if _ROOT in failing:
        rungs.append(_signed(red, evidence))
    if not failing.isdisjoint(_DATES):
        rungs.append(_agreeing(red, evidence.claims))
    return tuple(rungs)


def _aspects(claim: Red) -> tuple[str, ...]:
    """What a claim is about: nothing, one aspect, or both dates."""
    if claim.requirement in _WHOLE:
        return (_WHOLE[claim.requirement],)
    mark = _MEASURED.get(claim.requirement)
    if mark is not None and mark in claim.subject:
        for ending, aspects in _ENDINGS.items():
            if claim.subject.endswith(ending):
                return aspects
    return ()


def _certificate_of(claim: Red) -> str:
    """The certificate that a claim is about: its subject without the aspect."""
    for ending in _ENDINGS if claim.requirement in _MEASURED else ():
        if claim.subject.endswith(ending):
            return claim.subject.removesuffix(ending)
    return claim.subject


def _measured(red: Red, claims: Iterable[Claimed]) -> Iterator[Rung]:
    """A rung for each aspect of the certificate that was judged."""
    mine = [one for one in claims if _certificate_of(one) == _certificate_of(red)]
    for aspect in _ASPECTS:
        for one in mine:
            if aspect in _aspects(one):
                holds = _holds(one, aspect)
                silent = holds and one.standing == "fail"  # it speaks of the other date
                yield Rung(what=aspect, holds=holds, seen="" if silent else one.observed)
                break


def _holds(claim: Claimed, aspect: str) -> bool | None:
    """Of a claim on both dates, the one that it does not speak of holds."""
    if claim.standing == "unknown":
        return None
    if claim.standing == "fail" and len(_aspects(claim)) > 1:
        return (aspect == _BEGUN) != claim.observed.startswith(_NOT_YET)
    return claim.standing != "fail"


def _said(red: Red) -> tuple[str, str] | None:
    """(aspect, words) of a client that complains about a certificate."""
    _, mark, rest = red.observed.partition("x509: ")
    words = f"{mark}{rest}"
    return next(((aspect, words) for text, aspect in _SAID if mark and text in words), None)


def _signed(red: Red, evidence: Evidence) -> Rung:
    what = "a root that the run knows signed it"
    try:
        found = evidence.signers(red)
    except NotObserved as gap:
        return Rung(what=what, holds=None, seen=str(gap))
    return Rung(what=what, holds=bool(found), seen=" and ".join(found) or "none did")


def _agreeing(red: Red, claims: Iterable[Claimed]) -> Rung:
    what = "the clocks that it is judged by agree"
    here = {part for part in red.needs if part.startswith(("address:", "clock:"))}
    judged = [one for one in claims if one.requirement in CLOCKS]
    off = [one for one in judged if one.standing == "fail" and not here.isdisjoint(one.needs)]
    if off:
        first = f"{off[0].requirement} {off[0].subject}: {off[0].observed}"
        return Rung(what=what, holds=False, seen=first)
    sure = sum(one.standing == "pass" for one in judged)
    if not sure:
        return Rung(what=what, holds=None, seen="no clock was read")
    read = sum(one.standing in ("pass", "fail") for one in judged)
    return Rung(what=what, holds=True, seen=f"{sure} of {read} readings are within the budget")
