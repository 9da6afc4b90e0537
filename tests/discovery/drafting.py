"""Drafts of the healthy world with one thing changed, as their values and their marks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import yaml

from tests.live import facts_for
from tests.worlds import world
from trueline.discovery.draft import Draft
from trueline.discovery.plan import draft
from trueline.discovery.text import text
from trueline.intent.load import read
from trueline.intent.tree import PARSER
from trueline.model.found import Attachment, Found
from trueline.model.observation import ClusterFacts, Observation, Observed
from trueline.model.settings import SettingsFacts

TODAY = date(2027, 3, 1)
LAN = Attachment(network=IPv4Network("192.168.64.0/24"), address=IPv4Address("192.168.64.200"))


def found(app: ClusterFacts | None = None, **changes: Any) -> Found:
    """The healthy world as it is found, with another `app`; `changes` replace whole fields."""
    clusters = facts_for(world()) | ({"app": app} if app else {})
    plain = Found(contexts={name: name for name in clusters}, clusters=clusters)
    return replace(plain, **changes)


def app() -> ClusterFacts:
    """The healthy cluster `app`."""
    return facts_for(world())["app"]


def set_up(**facets: tuple[Any, ...]) -> Mapping[str, SettingsFacts]:
    """The settings of `app`, of which these lists were read."""
    return {"app": SettingsFacts(**{name: listed(*kept) for name, kept in facets.items()})}


def listed(*kept: Any) -> Observed[Any]:
    """A list that was read."""
    return Observation(value=kept, at=0.0, source="the API", vantage="this host")


def drafted(of: Found) -> Draft:
    """Its draft, on TODAY."""
    return draft(of, today=TODAY)


def values(of: Found) -> Any:
    """The draft as plain values, once the project's own loader has taken it."""
    written = text(drafted(of))
    read(written.encode(), "draft.yaml")
    return yaml.load(written, Loader=PARSER)


def gaps(of: Found) -> dict[str, str]:
    """Dotted path -> why it is not known (the last one, where there are several)."""
    return {".".join(path): why for path, why in drafted(of).gaps()}


def guesses(of: Found) -> dict[str, str]:
    """Dotted path -> why it is guessed."""
    return {".".join(path): why for path, why in drafted(of).guesses()}
