"""What the system's own resolver said of a name."""

from __future__ import annotations

import base64
import json

from trueline.model.observation import NotObserved
from trueline.model.probe import Reply, Step

# The C library's words for a denial. Every other failure leaves open whether the name exists.
_DENIALS = ("Name or service not known", "No address associated with hostname")
_DARWIN = ("nodename nor servname provided, or not known",)


def step(name: str) -> Step:
    """The step that has the system's resolver look a name up, whatever it asks."""
    return Step(transport="resolve", host=name)


def addresses(reply: Reply) -> frozenset[str]:
    """The addresses in the reply to a step that only resolves; none unless it was answered.

    Raises NotObserved where the vantage point gave something else.
    """
    if reply.outcome != "answered":
        return frozenset()
    try:
        found = json.loads(base64.b64decode(reply.received))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise NotObserved("the vantage point gave no list of addresses for a name")
    return frozenset(found)


def denied(reply: Reply) -> bool:
    """Whether the resolver said that there is no such name, or no address for it."""
    return reply.outcome == "unresolved" and reply.detail in (*_DENIALS, *_DARWIN)
