"""What enters through Istio's gateways, and what is reached around them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trueline.discovery.balancers import Reserved
from trueline.discovery.draft import Entry, Gap, Part, Plain, block
from trueline.discovery.gateways import served
from trueline.discovery.told import is_dns_name, is_name, told, untold
from trueline.model.found import Found
from trueline.model.settings import GatewayFact, VirtualServiceFact

INGRESS = "ingressgateway"
EAST_WEST = "eastwestgateway"


def parts(found: Found, made: Sequence[Reserved]) -> tuple[Part, ...]:
    """The key `ingress`: the hosts that gateways route, and the addresses around them."""
    doors = [one for one in made if one.use == INGRESS]
    if not doors:
        return ()
    routes: list[Part] = []
    for door in doors:
        for part in _routes(found, door):
            if not any(part.key == other.key for other in routes):
                routes.append(part)
    inner = list(block("routes", routes))
    if routes:
        why = "by which text the answers of each Service are known (answers: TEXT)"
        inner.append(Gap(key="routes", why=why))
    around: list[Plain] = [one.end for one in made if one.use not in (INGRESS, EAST_WEST)]
    why = "these addresses bypass the gateways today"
    inner.append(Entry(key="direct", value=around, source=why, guess=True))
    return block("ingress", inner)


def hosts(found: Found, door: Reserved) -> tuple[str, ...]:
    """The hosts that lead to the address of a gateway, as its VirtualServices say."""
    return tuple(part.key for part in _routes(found, door) if isinstance(part, Entry))


def _routes(found: Found, door: Reserved) -> Iterator[Part]:
    listed = found.settings_of(door.cluster).virtual_services
    if listed.kind == "gap":
        yield Gap(key="routes", why=untold(listed, ""))
    gateways = list(served(found, door.cluster, door.service))
    for service in told(listed):
        for host in service.hosts:
            bound = [one for one in gateways if one.key in service.gateways]
            if bound:
                yield _route(door, service, bound, host)


def _route(
    door: Reserved, service: VirtualServiceFact, gateways: Sequence[GatewayFact], host: str
) -> Part:
    source = f"VirtualService {service.key}"
    if not is_dns_name(host):
        return Gap(key=host, why=f"which names {source} routes by its wildcard")
    if len(service.services) != 1 or not all(map(is_name, service.services[0].split("/"))):
        return Gap(key=host, why=f"the one Service that answers: {source} has several, or none")
    servers = [
        server
        for gateway in gateways
        for server in gateway.servers
        if host in server.hosts or "*" in server.hosts
    ]
    plain = next((one for one in servers if one.protocol == "HTTP"), None)
    ended = next((one for one in servers if one.protocol == "HTTPS"), None)
    value: dict[str, Plain] = {"at": door.end, "service": service.services[0]}
    if plain is None or plain.port != 80:
        value["plain"] = plain.port if plain else None
    if ended is not None:
        value["tls"] = ended.port
    if plain is not None and plain.redirect and ended is not None:
        value["redirect"] = True
    return Entry(key=host, value=value, source=source)
