"""What a test raises: a defect and a gap are different types, from exception to report colour.

Nonconformant(AssertionError)   the network is not as declared; Allure: failed
Unobservable(Exception)         it could not be told; Allure: broken
"""

from __future__ import annotations

from collections.abc import Sequence

from trueline.model.printable import printable
from trueline.report.ruling import Ruling, Standing


class Nonconformant(AssertionError):
    """What was observed contradicts the requirement; the text has one line per bad claim."""


class Unobservable(Exception):
    """What was required could not be observed; the text has one line per claim in doubt."""


def outcome(rulings: Sequence[Ruling]) -> Nonconformant | Unobservable | None:
    """The exception the rulings call for: defects first, then gaps; None when neither is there."""
    failed = [ruling.line for ruling in rulings if ruling.standing is Standing.FAIL]
    unknown = [ruling.line for ruling in rulings if ruling.standing is Standing.UNKNOWN]
    if failed:
        return Nonconformant("\n".join([*failed, *unknown]))
    return Unobservable("\n".join(unknown)) if unknown else None


def skip_reason(rulings: Sequence[Ruling]) -> str | None:
    """Why nothing is asked, when every claim says so; else None."""
    if any(ruling.standing is not Standing.NOT_APPLICABLE for ruling in rulings):
        return None
    return "; ".join(dict.fromkeys(printable(ruling.claim.observed) for ruling in rulings))
