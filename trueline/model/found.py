"""Everything that a plan is drafted from: clusters, their settings, and what this host sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from trueline.model.address import Address, Network
from trueline.model.observation import ClusterFacts, Wire
from trueline.model.settings import SettingsFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A network that this host is on, its own address there, and its default router there.

    A host that `is_node` sees the network, and is no place to probe it from.
    """

    network: Network
    address: IPv4Address
    router: IPv4Address | None = None
    is_node: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PortSeen:
    """How a TCP port answered this host: `speaks` is `https`, `tls`, `http`, or None for neither.

    `names` are the DNS names of the certificate that it showed; `plain` says whether a port that
    speaks TLS also serves plain HTTP, as that of Argo CD does.
    """

    connected: bool
    speaks: str | None = None
    names: tuple[str, ...] = ()
    plain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSeen:
    """What the server of its zone answers for a name, and whether this host resolves it so.

    `authoritative` is whether the server answered with authority; None where it did not answer.
    """

    addresses: tuple[Address, ...]
    here: bool
    authoritative: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What discovery found. `contexts` maps the name of each cluster to its kubeconfig context.

    `ports` holds how a port answered, by (address, number); `names` what names lead to. Both hold
    only what was asked. `wire` is by segment, as that of a run.
    """

    contexts: Mapping[str, str]
    clusters: Mapping[str, ClusterFacts]
    settings: Mapping[str, SettingsFacts] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    wire: Wire = field(default_factory=dict)
    ports: Mapping[tuple[Address, int], PortSeen] = field(default_factory=dict)
    names: Mapping[str, NameSeen] = field(default_factory=dict)

    def settings_of(self, cluster: str) -> SettingsFacts:
        """The settings of a cluster; all gaps where they were not read."""
        return self.settings.get(cluster, SettingsFacts())
