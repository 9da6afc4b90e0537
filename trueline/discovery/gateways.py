"""Which Istio Gateways the pods of a Service serve, and what those listen for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trueline.discovery.told import is_dns_name, selected_by, told
from trueline.model.found import Found
from trueline.model.observation import ServiceFact
from trueline.model.settings import GatewayFact

_SPEAKS = {"HTTP": "http", "HTTPS": "https", "TLS": "tls", "GRPC": "grpc", "HTTP2": "http"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """What the Gateways of a Service listen for.

    `applications` map a port to what speaks on it; `names` are the hosts that TLS is ended for.
    """

    applications: dict[int, str]
    names: tuple[str, ...]


def served(found: Found, cluster: str, service: ServiceFact) -> Iterator[GatewayFact]:
    """The Gateways that select pods of a Service."""
    facts = found.clusters[cluster]
    pods = [told(facts.pods)[place] for place in selected_by(facts, service)]
    for gateway in told(found.settings_of(cluster).gateways):
        if gateway.selector and any(gateway.selector.items() <= pod.labels.items() for pod in pods):
            yield gateway


def listening(found: Found, cluster: str, service: ServiceFact) -> Listening:
    """What the Gateways of a Service listen for; nothing where none selects its pods."""
    applications: dict[int, str] = {}
    names: dict[str, None] = {}
    for gateway in served(found, cluster, service):
        for server in gateway.servers:
            # A passed-on handshake is TLS, whatever is said inside of it.
            passed = server.tls in ("PASSTHROUGH", "AUTO_PASSTHROUGH")
            spoken = "tls" if passed else _SPEAKS.get(server.protocol)
            if spoken:
                applications[server.port] = spoken
            if server.protocol == "HTTPS" and not passed:
                names |= dict.fromkeys(host for host in server.hosts if is_dns_name(host))
    return Listening(applications=applications, names=tuple(names))
