"""The known word that a misspelt one most likely means."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST = 64  # characters; matching is quadratic in them
MOST = 100  # candidates


def nearest(text: str, known: Iterable[str]) -> str | None:
    """The known word closest to the text, or None when none is close."""
    words = [word for word in known if len(word) <= LONGEST][:MOST]
    if len(text) > LONGEST:
        return None
    by_folded = {word.casefold(): word for word in reversed(words)}
    close = get_close_matches(text.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
