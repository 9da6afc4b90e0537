"""What an observation told, or why it told nothing; and names as a plan may write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from ipaddress import ip_network
from typing import TypeVar

from trueline.model.address import Network
from trueline.model.observation import ClusterFacts, Observed, ServiceFact, Unobserved

T = TypeVar("T")

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,7}}")
_DNS_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(?:\.{_LABEL})*")


def told(observed: Observed[tuple[T, ...]]) -> tuple[T, ...]:
    """The facts of a list; none where it could not be read."""
    return () if isinstance(observed, Unobserved) else observed.value


def untold(observed: Observed[T], otherwise: str) -> str:
    """Why a list told nothing: the reason of the gap, or `otherwise` where it was read."""
    return observed.reason if isinstance(observed, Unobserved) else otherwise


def is_name(text: str) -> bool:
    """Whether a plan may call something so."""
    return _NAME.fullmatch(text) is not None


def is_dns_name(text: str) -> bool:
    """Whether a plan may have it as a DNS name, which no wildcard and no address is."""
    return _DNS_NAME.fullmatch(text) is not None and not text.rpartition(".")[2].isdigit()


def networks(texts: Iterable[str]) -> list[Network]:
    """The networks as they take effect, without host bits; what is none is left out."""
    found: list[Network] = []
    for text in texts:
        with suppress(ValueError):
            found.append(ip_network(text.strip(), strict=False))
    return found


def name_of(text: str, taken: Iterable[str] = ()) -> str:
    """A name near the text that a plan may use and nothing else has.

    `kubernetes-admin@prod` is kubernetes-admin-prod; the second of two alike ends in -2.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:50].strip("-") or "unnamed"
    used, name, count = set(taken), plain, 2
    while name in used:
        name, count = f"{plain}-{count}", count + 1
    return name


def selected_by(facts: ClusterFacts, service: ServiceFact) -> tuple[int, ...]:
    """The places, in the list of pods, of those that a Service selects."""
    return tuple(
        place
        for place, pod in enumerate(told(facts.pods))
        if service.selector
        and pod.namespace == service.namespace
        and service.selector.items() <= pod.labels.items()
    )
