"""The same facts with every IPv6 address of an API spelt out and in capitals (RFC 4291, 2.2)."""

from __future__ import annotations

import re
from ipaddress import ip_address

from trueline.model.observation import ClusterFacts
from trueline.observe import store

_ADDRESS = re.compile(r"\bfd00:[0-9a-f:]+")


def respelt(clusters: dict[str, ClusterFacts]) -> dict[str, ClusterFacts]:
    """What the APIs would say if whoever wrote the objects had spelt the addresses in full."""
    text = store.CLUSTERS.dump(clusters)
    return store.CLUSTERS.parse(_ADDRESS.sub(_spelt_out, text))


def _spelt_out(found: re.Match[str]) -> str:
    return ip_address(found[0]).exploded.upper()
